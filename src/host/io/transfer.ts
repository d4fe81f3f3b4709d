// The operations of wasi:io/streams that are made of smaller ones: skip, write-zeroes, splice and the blocking forms.
import { err, ok, okay, type Result } from '../../wit/types.ts';
import { streamChunkBytesMax, type InputStream, type OutputStream, type StreamError } from './stream.ts';
import { untilReady } from './wait.ts';

type Transferred = Result<bigint, StreamError>;
type Done = Result<undefined, StreamError>;

/** How many bytes one call moves at most, whatever the guest asks for. */
export const chunkLength = (length: bigint): number =>
  length > BigInt(streamChunkBytesMax) ? streamChunkBytesMax : Number(length);

export function skip(stream: InputStream, length: bigint): Transferred {
  const read = stream.read(chunkLength(length));
  return read.tag === 'ok' ? ok(BigInt(read.val.byteLength)) : read;
}

/** Runs `then` when the stream is ready; without a promise when it already is. */
export function whenReady<T>(stream: { readonly pollable: InputStream['pollable'] }, then: () => T): T | Promise<T> {
  const wait = untilReady(stream.pollable);
  return wait ? wait.then(then) : then();
}

/** Moves what is there now, at most what the sink takes. */
export function splice(sink: OutputStream, source: InputStream, length: bigint): Transferred {
  const permit = sink.checkWrite();
  if (permit.tag === 'err') return permit;
  const max = Math.min(permit.val, chunkLength(length));
  if (max === 0) return ok(0n);
  const read = source.read(max);
  if (read.tag === 'err') return read;
  const written = sink.write(read.val);
  return written.tag === 'ok' ? ok(BigInt(read.val.byteLength)) : written;
}

export async function blockingSplice(sink: OutputStream, source: InputStream, length: bigint): Promise<Transferred> {
  if (length > 0n) {
    await untilReady(sink.pollable);
    await untilReady(source.pollable);
  }
  return splice(sink, source, length);
}

/** Writes all of it, waiting for room as often as needed, then flushes and waits for that; without a promise when there is room. */
export function writeAndFlush(stream: OutputStream, bytes: Uint8Array): Done | Promise<Done> {
  const permit = stream.checkWrite();
  if (permit.tag === 'err') return permit;
  if (permit.val < bytes.byteLength) return writePieces(stream, bytes);
  const written = stream.write(bytes);
  return written.tag === 'err' ? written : blockingFlush(stream);
}

async function writePieces(stream: OutputStream, bytes: Uint8Array): Promise<Done> {
  let offset = 0;
  while (offset < bytes.byteLength) {
    const permit = stream.checkWrite();
    if (permit.tag === 'err') return permit;
    if (permit.val === 0) {
      await untilReady(stream.pollable);
      continue;
    }
    const written = stream.write(bytes.subarray(offset, offset + permit.val));
    if (written.tag === 'err') return written;
    offset += permit.val;
  }
  return blockingFlush(stream);
}

export function blockingFlush(stream: OutputStream): Done | Promise<Done> {
  const flushed = stream.flush();
  if (flushed.tag === 'err') return flushed;
  return whenReady(stream, () => {
    // A sink that failed while it flushed says so now.
    const state = stream.checkWrite();
    return state.tag === 'err' ? err(state.val) : okay;
  });
}
