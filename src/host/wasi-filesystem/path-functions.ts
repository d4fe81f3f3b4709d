// What a guest does with names in a directory: each function walks to the last name and makes one system call there, which
// never follows a symlink at that name.
import type { BigIntStats } from 'node:fs';
import { link, lstat, lutimes, mkdir, rename, rmdir, symlink, unlink, utimes } from 'node:fs/promises';

import { demandWritable, withDirectory, type Descriptor } from './descriptor.ts';
import { FilesystemError, isErrno } from './error.ts';
import { secondsOf, type NewTimes } from './stat.ts';
import type { FilesystemState } from './state.ts';
import type { PathFlags } from './vocabulary.ts';
import { isRooted, readLink, walkTo, type Place, type Walk } from './walk.ts';

/** A guest's path and the directory that it starts at. */
export interface PathAt {
  readonly base: Descriptor;
  readonly path: string;
}

export const statAt = (state: FilesystemState, at: PathAt, flags: PathFlags): Promise<BigIntStats> =>
  walkAt(state, at, async walk => (await settle(walk, flags)).stat);

export async function setTimesAt(
  state: FilesystemState,
  at: PathAt,
  { flags, times }: { readonly flags: PathFlags; readonly times: NewTimes },
): Promise<undefined> {
  demandWritable(at.base);
  return walkAt(state, at, async walk => {
    const { place, stat } = await settle(walk, flags);
    const seconds = await secondsOf(times, () => Promise.resolve(stat));
    if (!seconds) return undefined;
    if (place.name === undefined) await utimes(place.directory.path, ...seconds);
    else await lutimes(place.directory.entry(place.name), ...seconds);
    return undefined;
  });
}

export async function createDirectoryAt(state: FilesystemState, at: PathAt): Promise<undefined> {
  demandWritable(at.base);
  return walkAt(state, at, async walk => {
    await mkdir(entryOf(await walk.last(), 'exist'));
    return undefined;
  });
}

export async function removeDirectoryAt(state: FilesystemState, at: PathAt): Promise<undefined> {
  demandWritable(at.base);
  return walkAt(state, at, async walk => {
    await rmdir(entryOf(await walk.last(), 'invalid'));
    return undefined;
  });
}

export async function unlinkFileAt(state: FilesystemState, at: PathAt): Promise<undefined> {
  demandWritable(at.base);
  return walkAt(state, at, async walk => {
    const place = await walk.last();
    const entry = entryOf(place, 'is-directory');
    if (place.mustBeDirectory) throw new FilesystemError((await lstat(entry)).isDirectory() ? 'is-directory' : 'not-directory');
    try {
      await unlink(entry);
    } catch (error) {
      // Not on Linux, but elsewhere, a directory is EPERM.
      if (isErrno(error, 'EPERM') && (await lstat(entry)).isDirectory()) throw new FilesystemError('is-directory');
      throw error;
    }
    return undefined;
  });
}

export async function readlinkAt(state: FilesystemState, at: PathAt): Promise<string> {
  return walkAt(state, at, async walk => {
    const place = await walk.last();
    if (place.mustBeDirectory) throw new FilesystemError('invalid');
    const target = await readLink(entryOf(place, 'invalid'));
    if (isRooted(target)) throw new FilesystemError('not-permitted');
    return target;
  });
}

/** The target may lead anywhere but to the host's root; whether it leads out of the mount is judged when it is followed. */
export async function symlinkAt(state: FilesystemState, target: string, at: PathAt): Promise<undefined> {
  demandWritable(at.base);
  if (target.includes('\0')) throw new FilesystemError('invalid');
  if (isRooted(target)) throw new FilesystemError('not-permitted');
  return walkAt(state, at, async walk => {
    const place = await walk.last();
    if (place.mustBeDirectory && place.name !== undefined) throw new FilesystemError('no-entry');
    await symlink(target, entryOf(place, 'exist'));
    return undefined;
  });
}

/** Both mounts must be writable: a link into a writable mount would make a file of a read-only one writable. */
export async function linkAt(state: FilesystemState, from: PathAt, to: PathAt): Promise<undefined> {
  demandWritable(from.base);
  demandWritable(to.base);
  return walkBoth(state, [from, to], async (old, created) => {
    if (created.mustBeDirectory && created.name !== undefined) throw new FilesystemError('no-entry');
    if (old.mustBeDirectory) await demandDirectory(old);
    await link(entryOf(old, 'not-permitted'), entryOf(created, 'exist'));
    return undefined;
  });
}

export async function renameAt(state: FilesystemState, from: PathAt, to: PathAt): Promise<undefined> {
  demandWritable(from.base);
  demandWritable(to.base);
  return walkBoth(state, [from, to], async (old, renamed) => {
    if (old.mustBeDirectory || renamed.mustBeDirectory) await demandDirectory(old);
    await rename(entryOf(old, 'busy'), entryOf(renamed, 'busy'));
    return undefined;
  });
}

const walkAt = <T>(state: FilesystemState, { base, path }: PathAt, work: (walk: Walk) => Promise<T>): Promise<T> =>
  withDirectory(state, base, directory => walkTo(directory, path, work));

const walkBoth = <T>(
  state: FilesystemState,
  [from, to]: readonly [PathAt, PathAt],
  work: (from: Place, to: Place) => Promise<T>,
): Promise<T> =>
  walkAt(state, from, async fromWalk => {
    const fromPlace = await fromWalk.last();
    return walkAt(state, to, async toWalk => work(fromPlace, await toWalk.last()));
  });

/** The host's path of the entry; a place that is the directory itself is refused with `otherwise`. */
function entryOf({ directory, name }: Place, otherwise: FilesystemError['code']): string {
  if (name === undefined) throw new FilesystemError(otherwise);
  return directory.entry(name);
}

interface Settled {
  readonly place: Place;
  readonly stat: BigIntStats;
}

/** Goes where the path leads: through the symlink at its end too, if the guest wants that or the path says so by its slash. */
async function settle(walk: Walk, flags: PathFlags): Promise<Settled> {
  for (;;) {
    const place = await walk.last();
    const stat = await statPlace(place);
    if (!stat.isSymbolicLink() || !(flags.symlinkFollow || place.mustBeDirectory)) {
      if (place.mustBeDirectory && !stat.isDirectory()) throw new FilesystemError('not-directory');
      return { place, stat };
    }
    await walk.follow(place);
  }
}

const statPlace = ({ directory, name }: Place): Promise<BigIntStats> =>
  name === undefined ? directory.stat() : lstat(directory.entry(name), { bigint: true });

async function demandDirectory(place: Place): Promise<void> {
  if (!(await statPlace(place)).isDirectory()) throw new FilesystemError('not-directory');
}
