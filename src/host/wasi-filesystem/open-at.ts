// Opens a file or a directory at a guest's path.
import { constants } from 'node:fs';

import type { Mount } from '../../app/app.ts';
import {
  demandWritable,
  directoryDescriptor,
  fileDescriptor,
  withDirectory,
  type Descriptor,
  type DirectoryDescriptor,
  type FileDescriptor,
} from './descriptor.ts';
import type { Opened } from './directory.ts';
import { FilesystemError } from './error.ts';
import type { FilesystemState } from './state.ts';
import type { DescriptorFlags, OpenFlags, PathFlags } from './vocabulary.ts';
import { walkTo, type Place, type Walk } from './walk.ts';

export interface OpenRequest {
  readonly pathFlags: PathFlags;
  readonly path: string;
  readonly openFlags: OpenFlags;
  readonly flags: DescriptorFlags;
}

export async function openAt(
  state: FilesystemState,
  base: Descriptor,
  request: OpenRequest,
): Promise<DirectoryDescriptor | FileDescriptor> {
  const { openFlags, flags } = request;
  if (flags.write || flags.mutateDirectory || openFlags.create || openFlags.truncate) demandWritable(base);
  if (openFlags.directory && (openFlags.create || openFlags.exclusive || openFlags.truncate))
    throw new FilesystemError('invalid');
  return state.opening(async () => {
    const opened = await withDirectory(state, base, directory =>
      walkTo(directory, request.path, walk => openLast(walk, request)),
    );
    return descriptorOf(state, base.mount, { opened, request });
  });
}

type OpenedObject = Exclude<Opened, { kind: 'symlink' }>;

async function openLast(walk: Walk, request: OpenRequest): Promise<OpenedObject> {
  for (;;) {
    const place = await walk.last();
    const opened = await openPlace(place, request);
    if (opened.kind === 'symlink') {
      if (!request.pathFlags.symlinkFollow && !place.mustBeDirectory) throw new FilesystemError('loop');
      await walk.follow(place);
    } else if (opened.kind === 'file' && (place.mustBeDirectory || request.openFlags.directory)) {
      await opened.handle.close();
      throw new FilesystemError('not-directory');
    } else return opened;
  }
}

async function openPlace({ directory, name, mustBeDirectory }: Place, { openFlags, flags }: OpenRequest): Promise<Opened> {
  if (name !== undefined && !(openFlags.create && mustBeDirectory)) return directory.open(name, hostFlags(openFlags, flags));
  if (openFlags.create && openFlags.exclusive && name === undefined) throw new FilesystemError('exist');
  if (openFlags.create || openFlags.truncate || flags.write) throw new FilesystemError('is-directory');
  return { kind: 'directory', directory: await directory.again() };
}

async function descriptorOf(
  state: FilesystemState,
  mount: Mount,
  { opened, request }: { readonly opened: OpenedObject; readonly request: OpenRequest },
): Promise<DirectoryDescriptor | FileDescriptor> {
  if (opened.kind === 'directory') return directoryDescriptor(state, mount, opened.directory);
  const { mutateDirectory: _, ...flags } = request.flags;
  // Neither reading nor writing asked for is reading, as for open(2).
  return fileDescriptor(state, mount, { ...opened, flags: flags.write ? flags : { ...flags, read: true } });
}

/** The flags of open(2). A directory is not asked for here: what was opened is looked at instead. */
function hostFlags(open: OpenFlags, flags: DescriptorFlags): number {
  const { O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_SYNC, O_DSYNC } = constants;
  // Truncating needs a handle that may write, even when the guest's descriptor may not.
  const write = flags.write || open.truncate;
  const read = flags.read || !flags.write;
  let bits = write ? (read ? O_RDWR : O_WRONLY) : O_RDONLY;
  if (open.create) bits |= O_CREAT;
  if (open.create && open.exclusive) bits |= O_EXCL;
  if (open.truncate) bits |= O_TRUNC;
  if (flags.fileIntegritySync || flags.requestedWriteSync) bits |= O_SYNC;
  if (flags.dataIntegritySync) bits |= O_DSYNC;
  return bits;
}
