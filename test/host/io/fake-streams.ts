// Streams whose every step the test decides.
import { Wakeup, type Pollable } from '../../../src/host/io/pollable.ts';
import type { InputStream, OutputStream, StreamError } from '../../../src/host/io/stream.ts';
import { err, ok, okay, type Result } from '../../../src/wit/types.ts';

export const broken: StreamError = { tag: 'last-operation-failed', val: { message: 'broken' } };

/** A pollable that the test opens; `opened` resolves the wait. */
export class Gate implements Pollable {
  readonly #wakeup = new Wakeup();
  disposals = 0;
  waits = 0;
  open: boolean;

  constructor(open = false) {
    this.open = open;
  }

  ready(): boolean {
    return this.open;
  }

  wait(): Promise<void> {
    this.waits++;
    return this.#wakeup.wait();
  }

  /** Wakes whoever waits, without being ready unless `open` was set. */
  wake(): void {
    this.#wakeup.wake();
  }

  release(): void {
    this.open = true;
    this.wake();
  }

  dispose(): void {
    this.disposals++;
  }
}

/** Gives its bytes, at most as many as asked for, then `closed` or the given error. */
export class FakeInput implements InputStream {
  readonly pollable: Gate = new Gate(true);
  readonly asked: number[] = [];
  readonly #end: StreamError;
  #left: Uint8Array;
  disposed = false;

  constructor(bytes: Uint8Array, end: StreamError = { tag: 'closed' }) {
    this.#left = bytes;
    this.#end = end;
  }

  read(max: number): Result<Uint8Array, StreamError> {
    this.asked.push(max);
    if (this.#left.byteLength === 0) return err(this.#end);
    const taken = this.#left.subarray(0, max);
    this.#left = this.#left.subarray(max);
    return ok(taken);
  }

  dispose(): void {
    this.disposed = true;
  }
}

/** Takes `room` bytes, then as many again at every `makeRoom`. */
export class FakeOutput implements OutputStream {
  readonly pollable: Gate = new Gate(true);
  readonly writes: Uint8Array[] = [];
  failure: StreamError | undefined;
  /** Set when a flush begins; the flush ends when the test opens the pollable. */
  flushFailure: StreamError | undefined;
  flushes = 0;
  room: number;
  disposed = false;

  constructor(room: number) {
    this.room = room;
  }

  get written(): Uint8Array {
    return Buffer.concat(this.writes);
  }

  checkWrite(): Result<number, StreamError> {
    return this.failure ? err(this.failure) : ok(this.room);
  }

  write(bytes: Uint8Array): Result<undefined, StreamError> {
    if (this.failure) return err(this.failure);
    this.writes.push(bytes);
    this.room -= bytes.byteLength;
    if (this.room === 0) this.pollable.open = false;
    return okay;
  }

  flush(): Result<undefined, StreamError> {
    this.flushes++;
    if (this.flushFailure) return err(this.flushFailure);
    this.pollable.open = true;
    return okay;
  }

  makeRoom(bytes: number): void {
    this.room = bytes;
    this.pollable.release();
  }

  dispose(): void {
    this.disposed = true;
  }
}
