// The rest of an upload that no guest reads any more: read and dropped, for clients that read no answer before they have sent all.
import type { Readable } from 'node:stream';

/** More than this is not waited for; hyper, and so Spin, waits for nothing. */
const drainedBytesMax = 64 * 1024 * 1024;

/** `cut` is called when there is more than is waited for. */
export function drain(upload: Readable, cut: () => void): void {
  let left = drainedBytesMax;
  upload.removeAllListeners('data').on('data', (chunk: Buffer) => {
    left -= chunk.byteLength;
    if (left < 0) cut();
  });
  upload.resume();
}
