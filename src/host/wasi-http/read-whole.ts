// All of a body in one piece, for the interfaces of Spin 1, which have no streams.
import { err, ok, type Result } from '../../wit/types.ts';
import { untilReady } from '../io/wait.ts';
import type { IncomingBody } from './incoming-body.ts';

/** Of the buffer, which doubles. */
const firstBytes: number = 64 * 1024;

/** `cut off`: it ended before it was whole. `no room`: `reserve` said no. */
export type Unread = 'cut off' | 'too large' | 'no room';

/**
 * Reads a body of at most `bytesMax` bytes. `reserve` is asked before the buffer grows by so many bytes, and may refuse. What
 * is not read to its end is cancelled. Never rejects.
 */
export async function readWhole(
  body: IncomingBody,
  bytesMax: number,
  reserve: (bytes: number) => boolean = () => true,
): Promise<Result<Uint8Array, Unread>> {
  // One buffer that grows: pieces may be small, and each would take more memory than its bytes.
  let buffer = Buffer.alloc(0);
  let bytes = 0;
  for (;;) {
    await untilReady(body.pollable);
    const read = body.read(bytesMax);
    if (read.tag === 'err') return read.val.tag === 'closed' ? ok(buffer.subarray(0, bytes)) : err('cut off');
    const end = bytes + read.val.byteLength;
    const room = end <= buffer.byteLength ? buffer.byteLength : Math.max(end, firstBytes, bytes * 2);
    const refusal = end > bytesMax ? 'too large' : reserve(room - buffer.byteLength) ? undefined : 'no room';
    if (refusal) {
      body.cancel();
      return err(refusal);
    }
    if (room > buffer.byteLength) buffer = Buffer.concat([buffer.subarray(0, bytes)], room);
    buffer.set(read.val, bytes);
    bytes = end;
  }
}
