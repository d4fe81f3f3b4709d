// From a directory and a guest's path to a place inside the mount, a name at a time. The path itself is never given to the host:
// `..` goes back to a directory that the walk came through, and symlinks are read and walked like the guest's own path. So
// nothing leads out of the directory where the walk began, whatever the path says and the symlinks hold.
import { readlink } from 'node:fs/promises';
import { isAbsolute, sep } from 'node:path';

import type { Directory } from './directory.ts';
import { FilesystemError, isErrno } from './error.ts';

/** As Linux's MAXSYMLINKS. */
const linksMax = 40;
/** As Linux's PATH_MAX. */
const pathLengthMax = 4096;
/** How many directories below its start a walk may be: each is an open file descriptor while the walk lasts. */
const depthMax = 128;

/** Where a path ends: an entry that may or may not exist, or (without name) the directory itself. */
export interface Place {
  readonly directory: Directory;
  readonly name: string | undefined;
  /** The path ends in a slash (or `/.`), so that only a directory will do. */
  readonly mustBeDirectory: boolean;
}

/** Walks to the last name of a path and does the work there; what the walk opened is closed after it. */
export async function walkTo<T>(start: Directory, path: string, work: (walk: Walk) => Promise<T>): Promise<T> {
  const walk = new Walk(start, path);
  try {
    return await work(walk);
  } finally {
    await walk.close();
  }
}

export class Walk {
  readonly #start: Directory;
  /** Those entered so far, the innermost last. */
  readonly #entered: Directory[] = [];
  /** The names still to be walked, the next one last. */
  readonly #names: string[];
  #links = 0;
  #mustBeDirectory: boolean;

  constructor(start: Directory, path: string) {
    if (path === '') throw new FilesystemError('no-entry');
    if (path.length > pathLengthMax) throw new FilesystemError('name-too-long');
    this.#start = start;
    this.#names = namesOf(path);
    this.#mustBeDirectory = endsAsDirectory(path);
  }

  /** Enters everything but the last name, which is left as it is: it may be a symlink, or not exist. */
  async last(): Promise<Place> {
    for (;;) {
      const name = this.#names.pop();
      if (name === '..') await this.#leave();
      else if (name === undefined || this.#names.length === 0) {
        return { directory: this.#innermost, name, mustBeDirectory: this.#mustBeDirectory };
      } else await this.#enter(name);
    }
  }

  /** Walks on through the symlink that `last` ended at; then `last` gives the place where it leads. */
  async follow({ directory, name }: Place): Promise<void> {
    if (name === undefined) throw new Error('a directory is not a symlink');
    // When somebody has exchanged the symlink for something else meanwhile, that is looked at now.
    if (!(await this.#expand(directory, name))) this.#names.push(name);
  }

  async close(): Promise<void> {
    await Promise.all(this.#entered.splice(0).map(directory => directory.close()));
  }

  get #innermost(): Directory {
    return this.#entered.at(-1) ?? this.#start;
  }

  async #leave(): Promise<void> {
    const left = this.#entered.pop();
    if (!left) throw new FilesystemError('not-permitted');
    await left.close();
  }

  async #enter(name: string): Promise<void> {
    if (this.#entered.length === depthMax) throw new FilesystemError('name-too-long');
    const directory = this.#innermost;
    try {
      this.#entered.push(await directory.enter(name));
    } catch (error) {
      if (!isNotDirectory(error) || !(await this.#expand(directory, name))) throw error;
    }
  }

  /** Puts a symlink's target before the names still to be walked; false when the entry is no symlink. */
  async #expand(directory: Directory, name: string): Promise<boolean> {
    this.#links += 1;
    if (this.#links > linksMax) throw new FilesystemError('loop');
    let target: string;
    try {
      target = await readLink(directory.entry(name));
    } catch (error) {
      if (isErrno(error, 'EINVAL')) return false;
      throw error;
    }
    if (this.#names.length === 0 && endsAsDirectory(target)) this.#mustBeDirectory = true;
    this.#names.push(...namesOf(target));
    return true;
  }
}

/** A symlink's target; one that is not UTF-8 cannot be said in WIT. */
export async function readLink(path: string): Promise<string> {
  return decodeName(await readlink(path, { encoding: 'buffer' }));
}

/** A name of the host as a string. */
export function decodeName(name: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(name);
  } catch {
    // The decoder has only this one reason to throw.
    throw new FilesystemError('illegal-byte-sequence');
  }
}

/** Is the path, or the target of a symlink, one that starts at the host's root? */
export const isRooted = (path: string): boolean => path.startsWith('/') || isAbsolute(path);

/** The names of a relative path, the first one last. */
function namesOf(path: string): string[] {
  if (path.includes('\0')) throw new FilesystemError('invalid');
  if (isRooted(path)) throw new FilesystemError('not-permitted');
  const names = path.split('/').filter(name => name !== '' && name !== '.');
  // On Windows a name may hold no separator of the host's, no drive and no stream.
  if (sep === '\\' && names.some(name => /[\\:]/.test(name))) throw new FilesystemError('not-permitted');
  return names.reverse();
}

const endsAsDirectory = (path: string): boolean => /(?:^|\/)\.{0,2}$/.test(path);

const isNotDirectory = (error: unknown): boolean =>
  isErrno(error, 'ENOTDIR', 'ELOOP') || (error instanceof FilesystemError && error.code === 'not-directory');
