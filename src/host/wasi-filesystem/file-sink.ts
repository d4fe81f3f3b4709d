// Where the bytes of an output stream go: to an offset that moves on, or to the end of the file.
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

import { FilesystemError } from './error.ts';
import type { Shared } from './shared.ts';

export interface FileSink {
  /** Writes all of it. Not called again before it has settled. */
  write(bytes: Uint8Array): Promise<void>;
  /** Lets go of the file after the write under way. */
  close(): void;
}

/** Releases `file`, which the caller has retained for it, when it is closed. */
export function sinkAt(file: Shared<FileHandle>, offset: number): FileSink {
  let position = offset;
  return {
    write: bytes =>
      file.use(async handle => {
        await writeAll(handle, bytes, position);
        position += bytes.byteLength;
      }),
    close: () => file.release(),
  };
}

/** Appends through a handle of its own with O_APPEND (Linux), so that pieces of several appenders never overwrite each other. */
export function sinkAppending(file: Shared<FileHandle>): FileSink {
  return {
    write: bytes =>
      file.use(async ({ fd }) => {
        await using appending = await open(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK);
        await writeAll(appending, bytes, null);
      }),
    close: () => file.release(),
  };
}

/** Appends where the end was just before each piece: right for one appender at a time. */
export function sinkAtEnd(file: Shared<FileHandle>): FileSink {
  return {
    write: bytes =>
      file.use(async handle => {
        const { size } = await handle.stat();
        await writeAll(handle, bytes, size);
      }),
    close: () => file.release(),
  };
}

/** `position` null: where the handle is. */
async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number | null): Promise<void> {
  let done = 0;
  while (done < bytes.byteLength) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done, position === null ? null : position + done);
    if (bytesWritten === 0) throw new FilesystemError('io');
    done += bytesWritten;
  }
}
