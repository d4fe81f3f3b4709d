// Under which name a component's result is kept.
import { createHash } from 'node:crypto';
import { textHash } from '../util/text-hash.ts';
import { jcoVersion } from './jco-version.ts';
import type { Bindings } from './transpile-job.ts';

/** To be raised with every change of what is written into an entry, the adapters included. */
const formatVersion = 105;

export interface CacheKeyParts {
  /** sha256 of the component's or module's file, in hex. */
  readonly digest: string;
  readonly asyncImports: readonly string[];
  readonly asyncExports: readonly string[];
  readonly bindings: Bindings;
}

/** The digest and 16 hex digits. The order of the lists does not matter. */
export function cacheKey({ digest, asyncImports, asyncExports, bindings }: CacheKeyParts): string {
  const lists = [asyncImports.toSorted(), asyncExports.toSorted()];
  return digest + textHash(JSON.stringify([formatVersion, jcoVersion, bindings, ...lists]));
}

/** Under which the shell is kept of core modules that become components in the same way. 64 hex digits. */
export function shellKey({ adapter, face }: { readonly adapter: string; readonly face: string }): string {
  return sha256(JSON.stringify([formatVersion, jcoVersion, 'shell', adapter, face]));
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
