// What a guest writes into a stream or a future, as the engine gives it to host code.
import type { FutureReader, StreamReader } from '../../src/wit/stream.ts';

export class GuestStream implements StreamReader<Uint8Array> {
  readonly #chunks: Buffer[] = [];
  #closed = false;
  #notify: (() => void) | undefined;
  isCancelled = false;

  /** What the reader has not taken yet. */
  get pending(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  }

  get ended(): boolean {
    return this.#closed && this.#chunks.length === 0;
  }

  write(text: string | Buffer): this {
    this.#chunks.push(Buffer.from(text));
    return this.#changed();
  }

  close(): this {
    this.#closed = true;
    return this.#changed();
  }

  read(max: number): Uint8Array | undefined {
    const chunk = this.#chunks.shift();
    if (!chunk || chunk.byteLength <= max) return chunk;
    this.#chunks.unshift(chunk.subarray(max));
    return chunk.subarray(0, max);
  }

  whenReady(notify: () => void): void {
    this.#notify = notify;
    this.#changed();
  }

  cancel(): void {
    this.isCancelled = true;
  }

  #changed(): this {
    const notify = this.#notify;
    if (!notify || (this.#chunks.length === 0 && !this.#closed)) return this;
    this.#notify = undefined;
    notify();
    return this;
  }
}

export class GuestFuture<T> implements FutureReader<T> {
  settled: { readonly value: T } | undefined;
  abandoned = false;
  isCancelled = false;
  #notify: (() => void) | undefined;

  write(value: T): void {
    this.settled = { value };
    this.#notify?.();
  }

  abandon(): void {
    this.abandoned = true;
    this.#notify?.();
  }

  whenReady(notify: () => void): void {
    this.#notify = notify;
    if (this.settled || this.abandoned) notify();
  }

  cancel(): void {
    this.isCancelled = true;
  }
}
