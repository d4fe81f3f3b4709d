// What a set of files holds at one moment, told by content: the truth behind every "has it changed?". Files are read again only when
// their times or sizes say so.
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, posix, sep } from 'node:path';

import { globSegments, type GlobSegment } from './glob.ts';
import { QuickLook } from './quick-look.ts';

export interface FileSet {
  /** Absolute. */
  readonly directory: string;
  /** Relative to it, as in `util/glob.ts`; one that names a folder means all that is in it. */
  readonly patterns: readonly string[];
  /** Absolute paths of files and folders to leave out. */
  readonly leavesOut?: ((path: string) => boolean) | undefined;
}

export interface Snapshot {
  /** sha256 in hex by absolute path. */
  readonly files: ReadonlyMap<string, string>;
  /** Folders in which another file would belong to it, with what tells a folder from one that takes its name later. */
  readonly folders: ReadonlyMap<string, string>;
}

/** Never looked into, unless a pattern names them: what tools keep there is no source, and may be a million files. */
const prunedNames: ReadonlySet<string> = new Set([
  '.git',
  '.spin',
  'node_modules',
  'target',
  '__pycache__',
  '.venv',
  '.hg',
  '.svn',
]);

/** What editors leave beside a file that is open: vim's swap and test files, backups, Emacs's locks. */
const editorFile = /(?:\.sw[a-p]|\.swx|~|^4913|^\.#.*|^#.*#)$/;

/** A file that changed so shortly before it was read may change again within the same tick of the file system's clock. */
const sameTickMs = 50;

/** Files read at once. */
const readsMax = 16;

interface Known {
  readonly stamp: string;
  readonly hash: string;
  readonly isSettled: boolean;
}

export class Snapshots {
  #known = new Map<string, Known>();

  /** Files that cannot be read are as if they were not there. Patterns that are none match nothing. */
  async take(sets: readonly FileSet[]): Promise<Snapshot> {
    const walk = new Walk();
    for (const set of sets) await walk.add(set);
    const files = new Map<string, string>();
    const paths = [...walk.files.keys()].toSorted();
    for (let next = 0; next < paths.length; next += readsMax) {
      const batch = paths.slice(next, next + readsMax);
      // Each of them is a key. What was written since it was looked at shows the next time.
      const hashes = await Promise.all(batch.map(path => this.#hash(path, walk.files.get(path)!)));
      for (const [index, path] of batch.entries()) {
        const hash = hashes[index];
        if (hash !== undefined) files.set(path, hash);
      }
    }
    return { files, folders: walk.folders };
  }

  async #hash(path: string, { mtimeMs, ctimeMs, size, ino }: Stats): Promise<string | undefined> {
    const stamp = `${mtimeMs} ${ctimeMs} ${size} ${ino}`;
    const known = this.#known.get(path);
    if (known?.isSettled && known.stamp === stamp) return known.hash;
    const now = Date.now();
    try {
      const hash = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
      this.#known.set(path, { stamp, hash, isSettled: now - Math.max(mtimeMs, ctimeMs) > sameTickMs });
      return hash;
    } catch {
      this.#known.delete(path);
      return undefined;
    }
  }
}

/** Paths that are in only one of the two, or differ. */
export function changedPaths(before: Snapshot | undefined, after: Snapshot): readonly string[] {
  const old = before?.files ?? new Map<string, string>();
  const gone = [...old.keys()].filter(path => !after.files.has(path));
  return [...[...after.files].filter(([path, hash]) => old.get(path) !== hash).map(([path]) => path), ...gone].toSorted();
}

class Walk {
  readonly files = new Map<string, Stats>();
  readonly folders = new Map<string, string>();
  readonly #look = new QuickLook();
  #leavesOut: FileSet['leavesOut'];

  async add({ directory, patterns, leavesOut }: FileSet): Promise<void> {
    this.#leavesOut = leavesOut;
    for (const pattern of patterns) await this.#visit(directory, segmentsOf(pattern), []);
  }

  /** @param trail tells the folders walked through apart, to notice a link to one of them. */
  async #visit(directory: string, segments: readonly GlobSegment[], trail: readonly string[]): Promise<void> {
    const [segment, ...rest] = segments;
    if (!segment) return;
    if (segment.kind === 'literal') {
      const path = join(directory, segment.name);
      return this.#step(path, rest.length > 0 ? rest : undefined, trail);
    }
    const names = await this.#names(directory);
    if (segment.kind === 'recursive' && rest.length > 0) await this.#visit(directory, rest, trail);
    for (const name of names) {
      if (segment.kind === 'recursive') {
        if (!prunedNames.has(name)) await this.#step(join(directory, name), segments, trail);
      } else if (segment.matches(name)) await this.#step(join(directory, name), rest, trail);
    }
  }

  /**
   * `path` has matched so far: a file is a result when no segment is left, a folder is looked into when there are some.
   * `rest` undefined: the pattern named it, so that of a folder everything is meant.
   */
  async #step(path: string, rest: readonly GlobSegment[] | undefined, trail: readonly string[]): Promise<void> {
    if (this.#leavesOut?.(path)) return;
    const stats = await this.#look.stat(path);
    if (!stats) return this.#expect(dirname(path));
    if (stats.isDirectory()) {
      const id = `${stats.dev}:${stats.ino}`;
      if (trail.includes(id)) return;
      return this.#visit(path, rest ?? everything, [...trail, id]);
    }
    if ((rest && rest.length > 0) || !stats.isFile()) return;
    await this.#expect(dirname(path));
    if (!editorFile.test(path.slice(path.lastIndexOf(sep) + 1))) this.files.set(path, stats);
  }

  async #names(directory: string): Promise<readonly string[]> {
    await this.#expect(directory);
    return ((await this.#look.names(directory)) ?? []).toSorted();
  }

  /** The folder, or the nearest above it that is there, will show when the file comes. */
  async #expect(directory: string): Promise<void> {
    if (this.folders.has(directory)) return;
    const stats = await this.#look.stat(directory);
    if (stats?.isDirectory()) this.folders.set(directory, `${stats.dev}:${stats.ino}`);
    else if (dirname(directory) !== directory) await this.#expect(dirname(directory));
  }
}

const everything: readonly GlobSegment[] = [{ kind: 'recursive' }, { kind: 'wildcard', matches: () => true }];

function segmentsOf(pattern: string): readonly GlobSegment[] {
  try {
    const segments = globSegments(posix.normalize(pattern));
    // Rust's `**` at the end means folders only; whoever writes it means what is in them.
    return segments.at(-1)?.kind === 'recursive' ? [...segments, { kind: 'wildcard', matches: () => true }] : segments;
  } catch {
    return [];
  }
}
