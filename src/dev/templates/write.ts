// Writes the files of a new app, and takes them away again when one cannot be written.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { TspinError } from '../../errors.ts';
import { systemReason } from '../../util/system-error.ts';
import type { RenderedFile } from './render.ts';

export interface WriteOptions {
  /** Absolute; made when it is not there. */
  readonly directory: string;
  /** How messages name the folder. */
  readonly shownAs: string;
  readonly overwrites: boolean;
  /** Folders below `directory` that are made although nothing is in them. */
  readonly folders?: readonly string[];
}

/** Throws TspinError when the folder holds files already, or is none. */
export async function refuseFilledFolder(options: WriteOptions): Promise<void> {
  const { directory, shownAs, overwrites } = options;
  if (overwrites || (await usable(options, () => isEmptyOrMissing(directory)))) return;
  throw new TspinError('folder-not-empty', `the folder ${shownAs} already holds files`, {
    help: 'name another one with --output, or write into it all the same with --allow-overwrite',
  });
}

/** Throws TspinError; nothing is left then. */
export async function writeFiles(files: readonly RenderedFile[], options: WriteOptions): Promise<Written> {
  await refuseFilledFolder(options);
  return usable(options, () => writeAll(files, options));
}

/** Takes away again what was written, for when a later step fails. */
export type Written = () => Promise<void>;

async function writeAll(files: readonly RenderedFile[], options: WriteOptions): Promise<Written> {
  // The first folder that had to be made: removing it removes all that was written. None when the folder was there.
  const made = await mkdir(options.directory, { recursive: true });
  const written: string[] = [];
  const takeAway = async (): Promise<void> => {
    if (made !== undefined) await rm(made, { recursive: true, force: true });
    // Files that were overwritten are not ours to remove: only a folder that was empty is emptied again.
    else if (!options.overwrites) await Promise.all(written.map(path => rm(path, { force: true })));
  };
  try {
    for (const folder of options.folders ?? []) await mkdir(join(options.directory, folder), { recursive: true });
    for (const { path, content, mode } of files) {
      const target = join(options.directory, path);
      await mkdir(dirname(target), { recursive: true });
      written.push(target);
      await writeFile(target, content, { mode });
    }
    return takeAway;
  } catch (error) {
    await takeAway();
    throw error;
  }
}

/** Calls what works on the folder, and says it with the folder's name when the system refuses. */
async function usable<T>({ shownAs }: WriteOptions, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new TspinError('folder-unusable', `the folder ${shownAs} cannot be used for a new app: ${systemReason(cause)}`, {
      help: 'name another one with --output',
      cause,
    });
  }
}

async function isEmptyOrMissing(directory: string): Promise<boolean> {
  try {
    const names = await readdir(directory);
    return names.length === 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true;
    throw error;
  }
}
