// What a guest does with an open file, or with the metadata of anything open.
import type { FileHandle } from 'node:fs/promises';
import { utimes } from 'node:fs/promises';

import { streamChunkBytesMax, type InputStream, type OutputStream } from '../io/stream.ts';
import { demandWritable, fileOf, statOf, withDirectory, type Descriptor } from './descriptor.ts';
import { FilesystemError } from './error.ts';
import { FileInputStream } from './file-input-stream.ts';
import { FileOutputStream } from './file-output-stream.ts';
import { sinkAt, type FileSink } from './file-sink.ts';
import type { Shared } from './shared.ts';
import { secondsOf, type NewTimes } from './stat.ts';
import type { FilesystemState } from './state.ts';

/** The largest offset that POSIX can say. */
const offsetMax = 2n ** 63n - 1n;

export function readViaStream(state: FilesystemState, descriptor: Descriptor, offset: bigint): InputStream {
  const file = fileOf(descriptor, 'read');
  const position = readOffset(offset);
  state.demandRoom();
  return state.keep(new FileInputStream(file.retain(), position, stream => state.forget(stream)));
}

export function writeViaStream(state: FilesystemState, descriptor: Descriptor, offset: bigint): OutputStream {
  const file = fileOf(descriptor, 'write');
  const position = writeOffset(offset);
  return outputStream(state, file, shared => sinkAt(shared, position));
}

export function appendViaStream(state: FilesystemState, descriptor: Descriptor): OutputStream {
  return outputStream(state, fileOf(descriptor, 'write'), state.platform.appendTo);
}

/** At most a chunk, whatever the guest asks for; true at the end of the file. */
export async function read(descriptor: Descriptor, length: bigint, offset: bigint): Promise<[Uint8Array, boolean]> {
  const file = fileOf(descriptor, 'read');
  const position = readOffset(offset);
  const max = length > BigInt(streamChunkBytesMax) ? streamChunkBytesMax : Number(length);
  if (max === 0) return [new Uint8Array(0), false];
  const { buffer, bytesRead } = await file.use(handle => handle.read(new Uint8Array(max), 0, max, position));
  return [buffer.subarray(0, bytesRead), bytesRead === 0];
}

/** How many bytes were written, which may be fewer than given. */
export async function write(descriptor: Descriptor, bytes: Uint8Array, offset: bigint): Promise<bigint> {
  const file = fileOf(descriptor, 'write');
  const position = writeOffset(offset);
  if (bytes.byteLength === 0) return 0n;
  const { bytesWritten } = await file.use(handle => handle.write(bytes, 0, bytes.byteLength, position));
  return BigInt(bytesWritten);
}

export async function setSize(descriptor: Descriptor, size: bigint): Promise<undefined> {
  const file = fileOf(descriptor, 'write');
  const bytes = writeOffset(size);
  await file.use(handle => handle.truncate(bytes));
  return undefined;
}

export async function setTimes(state: FilesystemState, descriptor: Descriptor, times: NewTimes): Promise<undefined> {
  demandWritable(descriptor);
  const seconds = await secondsOf(times, () => statOf(state, descriptor));
  if (!seconds) return undefined;
  if (descriptor.kind === 'file') await descriptor.file.use(handle => handle.utimes(...seconds));
  else await withDirectory(state, descriptor, directory => utimes(directory.path, ...seconds));
  return undefined;
}

/** How much of a file is to reach the disk. */
export type SyncScope = 'data' | 'all';

/** What was not opened for writing has nothing to synchronise. */
export async function sync(state: FilesystemState, descriptor: Descriptor, scope: SyncScope): Promise<undefined> {
  if (!descriptor.mount.writable) return undefined;
  if (descriptor.kind !== 'file') await withDirectory(state, descriptor, directory => directory.sync());
  else if (descriptor.flags.write) await descriptor.file.use(handle => (scope === 'data' ? handle.datasync() : handle.sync()));
  return undefined;
}

/** Advice is taken note of and not acted on; it must make sense all the same. */
export function advise(descriptor: Descriptor): undefined {
  if (descriptor.kind !== 'file') throw new FilesystemError('bad-descriptor');
  return undefined;
}

export async function isSameObject(state: FilesystemState, one: Descriptor, other: Descriptor): Promise<boolean> {
  const [left, right] = await Promise.all([statOf(state, one), statOf(state, other)]);
  return left.dev === right.dev && left.ino === right.ino;
}

function outputStream(
  state: FilesystemState,
  file: Shared<FileHandle>,
  sinkTo: (file: Shared<FileHandle>) => FileSink,
): OutputStream {
  state.demandRoom();
  return state.keep(new FileOutputStream(sinkTo(file.retain()), stream => state.forget(stream)));
}

/** Beyond what Node can count there is no file, so reading there is reading at the end. */
function readOffset(offset: bigint): number {
  if (offset > offsetMax) throw new FilesystemError('invalid');
  return offset > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(offset);
}

function writeOffset(offset: bigint): number {
  if (offset > offsetMax) throw new FilesystemError('invalid');
  if (offset > BigInt(Number.MAX_SAFE_INTEGER)) throw new FilesystemError('file-too-large');
  return Number(offset);
}
