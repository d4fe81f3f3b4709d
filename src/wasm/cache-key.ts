// Under which name a component's result is kept.
import { createHash } from 'node:crypto';
import { jcoVersion } from './jco-version.ts';

/** To be raised with every change of what is written into an entry, the adapters included. */
const formatVersion = 1;

export interface CacheKeyParts {
  /** sha256 of the component's or module's file, in hex. */
  readonly digest: string;
  readonly asyncImports: readonly string[];
  readonly asyncExports: readonly string[];
}

/** 64 hex digits. The order of the lists does not matter. */
export function cacheKey({ digest, asyncImports, asyncExports }: CacheKeyParts): string {
  return sha256(JSON.stringify([formatVersion, jcoVersion, digest, asyncImports.toSorted(), asyncExports.toSorted()]));
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
