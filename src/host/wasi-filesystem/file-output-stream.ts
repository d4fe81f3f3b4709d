// Writes or appends to a file. One write is under way at a time, so a guest has at most one piece of memory here.
import { err, ok, okay, type Result } from '../../wit/types.ts';
import { Wakeup, type Pollable } from '../io/pollable.ts';
import { streamChunkBytesMax, type OutputStream, type StreamError } from '../io/stream.ts';
import { streamFailure } from './error.ts';
import type { FileSink } from './file-sink.ts';

type Progress = { readonly kind: 'idle' } | { readonly kind: 'writing' } | { readonly kind: 'over'; readonly error: StreamError };

const closed: StreamError = { tag: 'closed' };

export class FileOutputStream implements OutputStream {
  readonly #sink: FileSink;
  readonly #disposed: (stream: FileOutputStream) => boolean;
  readonly #wakeup = new Wakeup();
  #progress: Progress = { kind: 'idle' };

  /** Closes `sink` when it is disposed, after the write under way; `disposed` tells whether it is the first time. */
  constructor(sink: FileSink, disposed: (stream: FileOutputStream) => boolean) {
    this.#sink = sink;
    this.#disposed = disposed;
  }

  checkWrite(): Result<number, StreamError> {
    const error = this.#takeError();
    if (error) return err(error);
    return ok(this.#progress.kind === 'idle' ? streamChunkBytesMax : 0);
  }

  write(bytes: Uint8Array): Result<undefined, StreamError> {
    const error = this.#takeError();
    if (error) return err(error);
    if (bytes.byteLength === 0) return okay;
    if (this.#progress.kind === 'writing') throw new Error('a write was begun without a permit');
    this.#progress = { kind: 'writing' };
    void this.#sink
      .write(bytes)
      .then(() => this.#finish({ kind: 'idle' }))
      .catch((failure: unknown) => this.#finish({ kind: 'over', error: streamFailure(failure) }));
    return okay;
  }

  /** A write that is done has reached the operating system; more is `sync`'s business, as in POSIX. */
  flush(): Result<undefined, StreamError> {
    const error = this.#takeError();
    return error ? err(error) : okay;
  }

  readonly pollable: Pollable = {
    ready: () => this.#progress.kind !== 'writing',
    wait: () => (this.#progress.kind === 'writing' ? this.#wakeup.wait() : Promise.resolve()),
  };

  dispose(): void {
    if (!this.#disposed(this)) return;
    this.#sink.close();
    this.#finish({ kind: 'over', error: closed });
  }

  /** An error is told once; after it the stream is closed. */
  #takeError(): StreamError | undefined {
    if (this.#progress.kind !== 'over') return undefined;
    const { error } = this.#progress;
    this.#progress = { kind: 'over', error: closed };
    return error;
  }

  #finish(progress: Progress): void {
    if (this.#progress.kind !== 'over') this.#progress = progress;
    this.#wakeup.wake();
  }
}
