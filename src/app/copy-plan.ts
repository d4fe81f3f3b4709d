// Which files a component gets, and under which paths (spin-behaviour 1.8, strategy Copy). Looks at the disk, writes nothing.
import { realpath, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';

import { TspinError } from '../errors.ts';
import type { ComponentSection } from '../manifest/component.ts';
import type { Located } from '../manifest/entry.ts';
import type { FilesEntry } from '../manifest/files.ts';
import { looksLikeGlob, type GlobSegment } from '../util/glob.ts';
import { isInside, pathInside, type ApplicationFolder } from './application-folder.ts';
import {
  filesDestination,
  filesNotFound,
  filesOutside,
  filesUnreadable,
  hasErrorCode,
  type FilesPlace,
} from './files-mistakes.ts';
import { everythingBelow, excludeMatcher, refuseFolderPattern, segmentsOf } from './files-patterns.ts';
import { findFiles } from './find-files.ts';
import { fileDestination, guestPath } from './guest-path.ts';

export interface FileCopy {
  /** Absolute, on the host. */
  readonly from: string;
  /** As the guest sees it, without a leading slash. */
  readonly to: string;
  /** The entry of `files` that asks for it. */
  readonly place: FilesPlace;
}

export interface CopyPlan {
  readonly copies: readonly FileCopy[];
  readonly warnings: readonly string[];
}

/** @throws TspinError `files-*`, at the entry. */
export async function planCopies(folder: ApplicationFolder, { files, excludeFiles }: ComponentSection): Promise<CopyPlan> {
  const planner = new CopyPlanner(folder, excludeFiles.map(excludeMatcher));
  for (const entry of files) await planner.add(entry);
  return planner;
}

class CopyPlanner implements CopyPlan {
  readonly warnings: string[] = [];
  readonly #folder: ApplicationFolder;
  readonly #excluded: readonly ((path: string) => boolean)[];
  readonly #copies = new Map<string, FileCopy>();
  readonly #guestFolders = new Set<string>();

  constructor(folder: ApplicationFolder, excluded: readonly ((path: string) => boolean)[]) {
    this.#folder = folder;
    this.#excluded = excluded;
  }

  get copies(): readonly FileCopy[] {
    return [...this.#copies.values()];
  }

  async add(entry: FilesEntry): Promise<void> {
    const place: FilesPlace =
      entry.kind === 'pattern' ? { written: entry.pattern, at: entry.at } : { written: entry.source.value, at: entry.source.at };
    const inside = pathInside(this.#folder, place.written);
    if (entry.kind === 'pattern') refuseFolderPattern(place);
    if (inside === undefined) throw filesOutside(place);
    const kind = await this.#kindOf(inside, place);
    if (entry.kind === 'placement') {
      if (kind === 'nothing') throw filesNotFound(place, 'the source is relative to the folder of this manifest');
      await this.#place(place, { inside, kind, destination: entry.destination });
      return;
    }
    if (kind === 'nothing' && !looksLikeGlob(place.written))
      throw filesNotFound(place, 'paths and patterns are relative to the folder of this manifest');
    if (kind === 'file') this.#copy(place, inside, inside);
    else await this.#copyFound(place, kind === 'directory' ? everythingBelow(inside) : segmentsOf(place, inside), path => path);
    const everything = { '*': 'folder', '**/*': 'folder tree' }[place.written];
    if (everything)
      this.warnings.push(
        `${atText(place)}: "${place.written}" takes the whole application ${everything}; write "./${place.written}" if that is meant`,
      );
  }

  async #place(place: FilesPlace, { inside, kind, destination }: Placement): Promise<void> {
    const target = guestPath({ written: destination.value, at: destination.at });
    if (kind === 'file') {
      this.#copy(place, inside, fileDestination({ written: destination.value, at: destination.at }, target));
      return;
    }
    await this.#copyFound(place, everythingBelow(inside), path => posix.join(target, posix.relative(inside, path)));
  }

  async #copyFound(place: FilesPlace, segments: readonly GlobSegment[], destination: (path: string) => string): Promise<void> {
    let count = 0;
    try {
      for await (const { kind, path } of findFiles(this.#folder, segments)) {
        count++;
        if (this.#isExcluded(path, kind)) continue;
        if (kind === 'outside') throw filesOutside(place, path);
        this.#copy(place, path, destination(path));
      }
    } catch (error) {
      throw error instanceof TspinError ? error : filesUnreadable(place, error);
    }
    const hint = place.written.endsWith('**') ? `; write "${place.written}/*" for the files below a folder` : '';
    if (count === 0) this.warnings.push(`${atText(place)}: "${place.written}" matches no file${hint}`);
  }

  /** A link to a folder outside counts as excluded when what is in it would be. */
  #isExcluded(path: string, kind: 'file' | 'outside'): boolean {
    return this.#excluded.some(matches => matches(path) || (kind === 'outside' && matches(`${path}/x`)));
  }

  #copy(place: FilesPlace, path: string, to: string): void {
    for (let parent = posix.dirname(to); parent !== '.'; parent = posix.dirname(parent)) {
      if (this.#copies.has(parent)) throw clash(place, parent);
      this.#guestFolders.add(parent);
    }
    if (this.#guestFolders.has(to)) throw clash(place, to);
    this.#copies.set(to, { from: join(this.#folder.path, path), to, place });
  }

  async #kindOf(path: string, place: FilesPlace): Promise<'file' | 'directory' | 'nothing'> {
    const absolute = join(this.#folder.path, path);
    try {
      const stats = await stat(absolute);
      if (!isInside(this.#folder, await realpath(absolute))) throw filesOutside(place, path);
      if (stats.isDirectory()) return 'directory';
      if (stats.isFile()) return 'file';
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return 'nothing';
      throw error instanceof TspinError ? error : filesUnreadable(place, error);
    }
    throw filesUnreadable(place, new Error('it is neither a file nor a folder'));
  }
}

interface Placement {
  readonly inside: string;
  readonly kind: 'file' | 'directory';
  readonly destination: Located<string>;
}

const clash = (place: FilesPlace, path: string): TspinError =>
  filesDestination(place, `the guest would have both a file and a folder "/${path}"`, 'change the destination of one of them');

const atText = ({ at }: FilesPlace): string => `${at.file}:${at.line}`;
