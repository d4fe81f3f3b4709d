// A body that the guest reads: pushed by whoever has the connection, pulled by the guest, with backpressure in between.
import { err, ok, type Result } from '../../wit/types.ts';
import { Wakeup, type Pollable } from '../io/pollable.ts';
import type { InputStream, StreamError } from '../io/stream.ts';
import { httpIoError, type ErrorCode } from './error-code.ts';
import { Fields, type Entry } from './fields.ts';

/** Where a body comes from. Neither function is called after the body has ended. */
export interface BodySource {
  /** Let bytes come: first when the guest begins to read, later when the buffer has room again. */
  resume(): void;
  /** Hold the bytes back: the guest is slower than the sender. */
  pause(): void;
  /** Nobody will read any more. A source without it is left alone: whoever has the connection needs no telling. */
  cancel?(): void;
}

type End =
  | { readonly kind: 'end'; readonly trailers: Fields | undefined }
  | { readonly kind: 'failed'; readonly code: ErrorCode };

/** Above this many unread bytes the source is paused. */
const unreadBytesMax = 128 * 1024;
/** The same in pieces: a sender of single bytes must not take more memory than others. */
const unreadChunksMax = 1024;

const noBytes = new Uint8Array(0);

const noSource: BodySource = { resume: () => {}, pause: () => {} };

export class IncomingBody implements InputStream {
  readonly #source: BodySource;
  readonly #chunks: Uint8Array[] = [];
  readonly #wakeup = new Wakeup();
  #pollable: Pollable | undefined;
  #unread = 0;
  #flowing = false;
  #end: End | undefined;
  #streamed = false;
  #discarding = false;
  #changed: (() => void) | undefined;
  #cancelled = false;
  #kept = false;

  constructor(source: BodySource) {
    this.#source = source;
  }

  /** Made when it is asked for: most requests have no body that anybody waits for. */
  get pollable(): Pollable {
    this.#pollable ??= {
      ready: () => {
        this.#flow();
        return this.#unread > 0 || this.#end !== undefined;
      },
      wait: () => this.#wakeup.wait(),
    };
    return this.#pollable;
  }

  /** A body without bytes. */
  static empty(): IncomingBody {
    const body = new IncomingBody(noSource);
    body.end();
    return body;
  }

  /** A body without a source: for whoever has all of it. */
  static whole(bytes: Uint8Array): IncomingBody {
    const body = new IncomingBody(noSource);
    body.push(bytes);
    body.end();
    return body;
  }

  // --- the source's side ---

  push(chunk: Uint8Array): void {
    if (this.#end || chunk.byteLength === 0 || this.#discarding) return;
    this.#chunks.push(chunk);
    this.#unread += chunk.byteLength;
    if (this.#isFull && this.#flowing) {
      this.#flowing = false;
      this.#source.pause();
    }
    this.#wake();
  }

  end(trailers: Entry[] = []): void {
    this.#settle({ kind: 'end', trailers: trailers.length > 0 ? Fields.received(trailers) : undefined });
  }

  fail(code: ErrorCode): void {
    this.#settle({ kind: 'failed', code });
  }

  // --- the guest's side ---

  /** `incoming-body.stream`: can be had once. */
  takeStream(): InputStream | undefined {
    if (this.#streamed) return undefined;
    this.#streamed = true;
    return this;
  }

  read(max: number): Result<Uint8Array, StreamError> {
    if (this.#chunks.length === 0) this.#flow();
    const chunk = this.#chunks[0];
    if (chunk) return ok(this.#take(chunk, max));
    if (this.#end?.kind === 'end') return err({ tag: 'closed' });
    if (this.#end?.kind === 'failed') return err({ tag: 'last-operation-failed', val: httpIoError(this.#end.code) });
    return ok(noBytes);
  }

  /** `incoming-body.finish`: what the guest did not read is let go, so that the trailers can come. */
  finish(): FutureTrailers {
    this.discard();
    return new FutureTrailers(this);
  }

  /** What was not read is let go. */
  discard(): void {
    this.#discarding = true;
    this.#chunks.length = 0;
    this.#unread = 0;
  }

  /** Nobody will read any more of it, nor its trailers. */
  cancel(): void {
    this.discard();
    if (this.#cancelled || this.#end) return;
    this.#cancelled = true;
    this.#source.cancel?.();
  }

  /** From now on the host alone moves it, also after the guest that it was for. */
  keep(): void {
    this.#kept = true;
  }

  get isKept(): boolean {
    return this.#kept;
  }

  /** The next bytes, at most `max`; undefined when there are none now. */
  take(max: number): Uint8Array | undefined {
    const chunk = this.#chunks[0];
    return chunk && this.#take(chunk, max);
  }

  get hasBytes(): boolean {
    return this.#unread > 0;
  }

  /** It ended, whole or not, and all of it was read. */
  get isAtEnd(): boolean {
    return this.#end !== undefined && this.#unread === 0;
  }

  /** `changed` is called whenever bytes or the end have come. */
  onChange(changed: () => void): void {
    this.#changed = changed;
  }

  /** Lets bytes come. */
  flow(): void {
    this.#flow();
  }

  /** The trailers when the body is at its end; undefined before. */
  get trailers(): Result<Fields | undefined, ErrorCode> | undefined {
    if (!this.#end || this.#unread > 0) return undefined;
    return this.#end.kind === 'end' ? ok(this.#end.trailers) : err(this.#end.code);
  }

  get ended(): boolean {
    return this.#end !== undefined;
  }

  get #isFull(): boolean {
    return this.#unread >= unreadBytesMax || this.#chunks.length >= unreadChunksMax;
  }

  #take(chunk: Uint8Array, max: number): Uint8Array {
    const taken = chunk.byteLength <= max ? chunk : chunk.subarray(0, max);
    if (taken === chunk) this.#chunks.shift();
    else this.#chunks[0] = chunk.subarray(max);
    this.#unread -= taken.byteLength;
    if (!this.#isFull) this.#flow();
    return taken;
  }

  #flow(): void {
    if (this.#flowing || this.#end || this.#isFull) return;
    this.#flowing = true;
    this.#source.resume();
  }

  #wake(): void {
    this.#wakeup.wake();
    this.#changed?.();
  }

  #settle(end: End): void {
    if (this.#end) return;
    this.#end = end;
    this.#wake();
  }
}

/** `future-trailers` */
export class FutureTrailers {
  readonly #body: IncomingBody;
  #taken = false;

  constructor(body: IncomingBody) {
    this.#body = body;
  }

  get pollable(): Pollable {
    return this.#body.pollable;
  }

  /** The guest dropped it: nobody wants what still comes. */
  dispose(): void {
    this.#body.cancel();
  }

  get(): Result<Result<Fields | undefined, ErrorCode>, undefined> | undefined {
    if (this.#taken) return err(undefined);
    const { trailers } = this.#body;
    if (!trailers) {
      // Asking is what makes an unread body flow to its end.
      this.#body.pollable.ready();
      return undefined;
    }
    this.#taken = true;
    return ok(trailers);
  }
}
