// Reads a file from an offset on, a piece at a time, when the guest asks or waits.
import type { FileHandle } from 'node:fs/promises';

import { err, ok, type Result } from '../../wit/types.ts';
import { Wakeup, type Pollable } from '../io/pollable.ts';
import { streamChunkBytesMax, type InputStream, type StreamError } from '../io/stream.ts';
import { streamFailure } from './error.ts';
import type { Shared } from './shared.ts';

type Progress =
  | { readonly kind: 'idle' }
  | { readonly kind: 'reading' }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'over'; readonly error: StreamError };

const closed: StreamError = { tag: 'closed' };
const nothing = new Uint8Array(0);

export class FileInputStream implements InputStream {
  readonly #file: Shared<FileHandle>;
  readonly #disposed: (stream: FileInputStream) => boolean;
  readonly #wakeup = new Wakeup();
  #position: number;
  #progress: Progress = { kind: 'idle' };

  /** Releases `file`, which the caller has retained for it, when it is disposed; `disposed` tells whether it is the first time. */
  constructor(file: Shared<FileHandle>, position: number, disposed: (stream: FileInputStream) => boolean) {
    this.#file = file;
    this.#position = position;
    this.#disposed = disposed;
  }

  read(max: number): Result<Uint8Array, StreamError> {
    const progress = this.#progress;
    switch (progress.kind) {
      case 'idle':
        // No more than is asked for: what the guest writes to the file before it reads on must be seen then.
        if (max > 0) this.#start(Math.min(max, streamChunkBytesMax));
        return ok(nothing);
      case 'reading':
        return ok(nothing);
      case 'bytes':
        return ok(this.#take(progress.bytes, max));
      case 'over':
        // An error is told once.
        this.#progress = { kind: 'over', error: closed };
        return err(progress.error);
    }
  }

  readonly pollable: Pollable = {
    ready: () => {
      if (this.#progress.kind === 'idle') this.#start(streamChunkBytesMax);
      return this.#progress.kind !== 'reading';
    },
    wait: () => {
      if (this.pollable.ready()) return Promise.resolve();
      return this.#wakeup.wait();
    },
  };

  dispose(): void {
    if (!this.#disposed(this)) return;
    this.#file.release();
    this.#finish({ kind: 'over', error: closed });
  }

  #take(bytes: Uint8Array, max: number): Uint8Array {
    const rest = bytes.subarray(max);
    this.#progress = rest.byteLength > 0 ? { kind: 'bytes', bytes: rest } : { kind: 'idle' };
    return bytes.subarray(0, max);
  }

  #start(length: number): void {
    this.#progress = { kind: 'reading' };
    void this.#file
      .use(handle => handle.read(new Uint8Array(length), 0, length, this.#position))
      .then(({ buffer, bytesRead }) => {
        this.#position += bytesRead;
        this.#finish(bytesRead > 0 ? { kind: 'bytes', bytes: buffer.subarray(0, bytesRead) } : { kind: 'over', error: closed });
      })
      .catch((error: unknown) => this.#finish({ kind: 'over', error: streamFailure(error) }));
  }

  #finish(progress: Progress): void {
    if (this.#progress.kind !== 'over') this.#progress = progress;
    this.#wakeup.wake();
  }
}
