// The folders that a component gets to see (spin-behaviour 1.8), by copying its files or by mounting folders in place.
import { constants, copyFile, mkdir, stat } from 'node:fs/promises';
import { dirname, join, posix, resolve } from 'node:path';

import { TspinError } from '../errors.ts';
import type { ComponentSection } from '../manifest/component.ts';
import type { Mount } from './app.ts';
import type { ApplicationFolder } from './application-folder.ts';
import { planCopies, type FileCopy } from './copy-plan.ts';
import { filesUnreadable } from './files-mistakes.ts';

export interface MountRequest {
  readonly folder: ApplicationFolder;
  readonly id: string;
  readonly component: ComponentSection;
  readonly writable: boolean;
}

export interface Mounted {
  readonly mounts: readonly Mount[];
  readonly warnings: readonly string[];
}

/** Spin's limit on files copied at a time. */
const copiesAtOnceMax = 16;

/**
 * Copies the component's files into `<assets>/<id>`, the guest's `/`. A component without `files` gets no folder at all.
 * @param openAssets gives the folder for copies; called only when there is something to copy.
 * @throws TspinError `files-*`; whoever opened the folder for copies removes it.
 */
export async function copiedMounts(
  { folder, id, component, writable }: MountRequest,
  openAssets: () => Promise<string>,
): Promise<Mounted> {
  if (component.files.length === 0) return { mounts: [], warnings: [] };
  const { copies, warnings } = await planCopies(folder, component);
  const hostPath = join(await openAssets(), id);
  await mkdir(hostPath, { recursive: true });
  for (let next = 0; next < copies.length; next += copiesAtOnceMax) {
    const batch = copies.slice(next, next + copiesAtOnceMax).map(copy => copyInto(hostPath, copy));
    // All have ended before an error goes on: whoever catches it removes the folder.
    const failed = (await Promise.allSettled(batch)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }
  return { mounts: [{ hostPath, guestPath: '/', writable }], warnings };
}

async function copyInto(hostPath: string, { from, to, place }: FileCopy): Promise<void> {
  const target = join(hostPath, to);
  try {
    await mkdir(dirname(target), { recursive: true });
    // Shares the blocks with the original where the file system can.
    await copyFile(from, target, constants.COPYFILE_FICLONE);
  } catch (error) {
    throw filesUnreadable(place, error);
  }
}

/**
 * Mounts the folders where they are: `--direct-mounts`.
 * @throws TspinError `direct-mounts-unfit` when an entry is no folder, or there are `exclude_files`.
 */
export async function directMounts({ folder, component, writable }: MountRequest): Promise<Mounted> {
  const [excluded] = component.excludeFiles;
  if (excluded) {
    const help = 'start without --direct-mounts, or remove exclude_files';
    throw new TspinError('direct-mounts-unfit', '`exclude_files` cannot be used with --direct-mounts', { at: excluded.at, help });
  }
  const mounts = component.files.map(async (entry): Promise<Mount> => {
    const [source, destination] =
      entry.kind === 'pattern' ? [entry.pattern, entry.pattern] : [entry.source.value, entry.destination.value];
    const hostPath = resolve(folder.path, source);
    const stats = await stat(hostPath).catch(() => undefined);
    if (stats?.isDirectory()) return { hostPath, guestPath: absoluteGuestPath(destination), writable };
    const help = 'start without --direct-mounts, which also takes single files and patterns';
    throw new TspinError('direct-mounts-unfit', `--direct-mounts takes only folders, and "${source}" is none`, {
      at: entry.at,
      help,
    });
  });
  return { mounts: await Promise.all(mounts), warnings: [] };
}

const absoluteGuestPath = (destination: string): string => posix.join('/', destination).replace(/(?<=[^])\/$/, '');
