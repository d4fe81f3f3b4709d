// Where a component's Wasm is, or will be once it is downloaded (spin-behaviour 1.7).
import { join, resolve } from 'node:path';
import type { ComponentSection } from '../manifest/component.ts';
import { userCache } from '../util/user-cache.ts';
import type { ComponentSource } from './app.ts';

export interface SourceFolders {
  /** What a path is relative to: the folder of the manifest. */
  readonly manifest: string;
  /** Of downloads, absolute. */
  readonly downloads: string;
  /** There is no manifest that a message could point into. */
  readonly placeless: boolean;
}

/** Spin's places below its cache: `registry/wasm/<digest>`. */
export function downloadFolder(cacheDirectory: string | undefined, cwd: string): string {
  const cache = cacheDirectory === undefined ? userCache() : resolve(cwd, cacheDirectory);
  return join(cache, 'registry', 'wasm');
}

/** Sources of other kinds have been refused. */
export function componentSource(
  { source, build }: ComponentSection,
  { manifest, downloads, placeless }: SourceFolders,
): ComponentSource {
  const at = placeless ? undefined : source.at;
  if (source.kind === 'url') {
    const { url, digest } = source;
    return { path: join(downloads, digest.replace(':', '_')), at, download: { url, digest } };
  }
  if (source.kind !== 'file') throw new Error('packages of a registry have been refused');
  return { path: resolve(manifest, source.path), at, ...(build && { buildCommands: build.commands }) };
}
