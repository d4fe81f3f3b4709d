// The host object behind a guest's `descriptor`: a mount's root, a directory or a file.
import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

import type { Mount } from '../../app/app.ts';
import type { Directory } from './directory.ts';
import { FilesystemError } from './error.ts';
import type { Shared } from './shared.ts';
import type { FilesystemState } from './state.ts';
import { typeOf } from './stat.ts';
import type { DescriptorFlags, DescriptorType } from './vocabulary.ts';

/**
 * The root of a mount. It belongs to the component and holds nothing: guests take their preopens while they are instantiated
 * and keep them over invocations. The folder is opened when an invocation first needs it.
 */
export interface RootDescriptor {
  readonly kind: 'root';
  readonly mount: Mount;
}

/** A directory that the guest opened. */
export interface DirectoryDescriptor {
  readonly kind: 'directory';
  readonly mount: Mount;
  readonly directory: Shared<Directory>;
  dispose(): void;
}

/** A file, or a pipe, socket or device, that the guest opened. */
export interface FileDescriptor {
  readonly kind: 'file';
  readonly mount: Mount;
  readonly file: Shared<FileHandle>;
  readonly type: DescriptorType;
  /** As the guest opened it. */
  readonly flags: DescriptorFlags;
  dispose(): void;
}

export type Descriptor = RootDescriptor | DirectoryDescriptor | FileDescriptor;

/** How a file may be used. */
export type FileUse = 'read' | 'write';

/** The file behind a descriptor; an error when it is a directory, or was not opened for this use. */
export function fileOf(descriptor: Descriptor, use: FileUse): Shared<FileHandle> {
  if (use === 'write') demandWritable(descriptor);
  if (descriptor.kind !== 'file' || !descriptor.flags[use]) throw new FilesystemError('bad-descriptor');
  return descriptor.file;
}

/** Does the work with the directory behind a descriptor, which stays open meanwhile. */
export async function withDirectory<T>(
  state: FilesystemState,
  descriptor: Descriptor,
  work: (directory: Directory) => Promise<T>,
): Promise<T> {
  if (descriptor.kind === 'file') throw new FilesystemError('not-directory');
  const directory = descriptor.kind === 'root' ? await state.root(descriptor.mount) : descriptor.directory;
  return directory.use(work);
}

/** Refuses everything that writes in a read-only mount. */
export function demandWritable({ mount }: Descriptor): void {
  if (!mount.writable) throw new FilesystemError('read-only');
}

export function flagsOf(descriptor: Descriptor): DescriptorFlags {
  return descriptor.kind === 'file' ? descriptor.flags : { read: true, mutateDirectory: descriptor.mount.writable };
}

export const descriptorTypeOf = (descriptor: Descriptor): DescriptorType =>
  descriptor.kind === 'file' ? descriptor.type : 'directory';

export function statOf(state: FilesystemState, descriptor: Descriptor): Promise<BigIntStats> {
  if (descriptor.kind === 'file') return descriptor.file.use(handle => handle.stat({ bigint: true }));
  return withDirectory(state, descriptor, directory => directory.stat());
}

export interface OpenedFile {
  readonly handle: FileHandle;
  readonly stat: BigIntStats;
  readonly flags: DescriptorFlags;
}

export function fileDescriptor(state: FilesystemState, mount: Mount, { handle, stat, flags }: OpenedFile): FileDescriptor {
  const file = state.share(handle);
  const descriptor: FileDescriptor = {
    kind: 'file',
    mount,
    file,
    type: typeOf(stat),
    flags,
    dispose: () => state.forget(descriptor) && file.release(),
  };
  return state.keep(descriptor);
}

export function directoryDescriptor(state: FilesystemState, mount: Mount, opened: Directory): DirectoryDescriptor {
  const directory = state.share(opened);
  const descriptor: DirectoryDescriptor = {
    kind: 'directory',
    mount,
    directory,
    dispose: () => state.forget(descriptor) && directory.release(),
  };
  return state.keep(descriptor);
}
