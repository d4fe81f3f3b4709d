// An input stream of wasi:io as WASI 0.3 has it: a stream of its bytes, and a future that says how it ended.
import { FutureValue } from '../../wit/future-value.ts';
import type { StreamReader } from '../../wit/stream.ts';
import { err, okay, type Result } from '../../wit/types.ts';
import type { InputStream, IoError } from './stream.ts';
import { untilReady } from './wait.ts';

/** How the bytes of a stream ended, in an interface's own error codes. */
export type StreamEnd<E> = Result<undefined, E>;

export interface StreamUse<E> {
  /** The error code of what failed. */
  readonly codeOf: (error: IoError) => E;
  /** Is the invocation over? What it read is closed then, which must not look like the end: a body made of it is not whole. */
  readonly isGone: () => boolean;
  /** Called once: the stream is not used any more, because it has ended, failed or was let go. */
  readonly over: () => void;
}

/** Takes from `input` only when the guest reads, and no more than it asks for. */
export class InputReader<E> implements StreamReader<Uint8Array> {
  readonly isHosts = true;
  readonly end: FutureValue<StreamEnd<E>> = new FutureValue<StreamEnd<E>>();
  readonly #input: InputStream;
  readonly #use: StreamUse<E>;
  #isOver = false;

  constructor(input: InputStream, use: StreamUse<E>) {
    this.#input = input;
    this.#use = use;
  }

  get ended(): boolean {
    return this.#isOver;
  }

  read(max: number): Uint8Array | undefined {
    if (this.#isOver || this.#use.isGone()) return undefined;
    const read = this.#input.read(max);
    if (read.tag === 'ok') return read.val.byteLength > 0 ? read.val : undefined;
    this.#finish(read.val.tag === 'closed' ? okay : err(this.#use.codeOf(read.val.val)));
    return undefined;
  }

  whenReady(notify: () => void): void {
    const waiting = this.#isOver ? undefined : untilReady(this.#input.pollable);
    if (!waiting) return notify();
    void waiting.then(() => {
      if (!this.#use.isGone()) notify();
    });
  }

  /** Letting go early is no error. */
  cancel(): void {
    this.#finish(okay);
  }

  #finish(end: StreamEnd<E>): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#use.over();
    this.end.resolve(end);
  }
}
