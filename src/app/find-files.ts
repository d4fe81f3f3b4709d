// The regular files that a glob pattern means, found by walking as Rust's `glob` crate does: wildcards stay in one segment.
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { GlobSegment } from '../util/glob.ts';
import { isInside, type ApplicationFolder } from './application-folder.ts';

/** Paths are relative to the application's folder, with `/`. */
export type FoundFile =
  | { readonly kind: 'file'; readonly path: string }
  /** A symbolic link out of the application's folder: it is not followed. */
  | { readonly kind: 'outside'; readonly path: string };

/** In the order of names. Links that lead nowhere, and folders that contain themselves by a link, are passed over. */
export async function* findFiles(folder: ApplicationFolder, segments: readonly GlobSegment[]): AsyncGenerator<FoundFile> {
  const seen = new Set<string>();
  for await (const found of new Walk(folder).expand('', segments, [folder.realPath])) {
    // `**` can reach one file in several ways.
    if (seen.has(found.path)) continue;
    seen.add(found.path);
    yield found;
  }
}

class Walk {
  readonly #folder: ApplicationFolder;

  constructor(folder: ApplicationFolder) {
    this.#folder = folder;
  }

  /** @param trail the real paths of the folders walked through, to notice a link to one of them. */
  async *expand(directory: string, segments: readonly GlobSegment[], trail: readonly string[]): AsyncGenerator<FoundFile> {
    const [segment, ...rest] = segments;
    if (!segment) return;
    if (segment.kind === 'literal') return yield* this.#step(join(directory, segment.name), rest, trail);
    if (segment.kind === 'recursive') {
      // As in Rust, a `**` at the end means folders, and those are not copied.
      if (rest.length === 0) return;
      yield* this.expand(directory, rest, trail);
    }
    const names = await readdir(join(this.#folder.path, directory));
    for (const name of names.toSorted()) {
      if (segment.kind === 'recursive') yield* this.#step(join(directory, name), segments, trail);
      else if (segment.matches(name)) yield* this.#step(join(directory, name), rest, trail);
    }
  }

  /** `path` has matched so far: it is a result when no segment is left, a folder to look into otherwise. */
  async *#step(path: string, rest: readonly GlobSegment[], trail: readonly string[]): AsyncGenerator<FoundFile> {
    const absolute = join(this.#folder.path, path);
    const stats = await stat(absolute).catch(() => undefined);
    const isWanted = rest.length === 0 ? stats?.isFile() : stats?.isDirectory();
    if (!isWanted) return;
    const real = await realpath(absolute);
    if (!isInside(this.#folder, real)) yield { kind: 'outside', path };
    else if (rest.length === 0) yield { kind: 'file', path };
    else if (!trail.includes(real)) yield* this.expand(path, rest, [...trail, real]);
  }
}
