// A body that the guest writes: a bounded pipe between the guest's output-stream and whoever sends it on.
import { err, ok, okay, type Result } from '../../wit/types.ts';
import { Wakeup, type Pollable } from '../io/pollable.ts';
import type { OutputStream, StreamError } from '../io/stream.ts';
import { httpIoError, type ErrorCode } from './error-code.ts';
import type { Fields } from './fields.ts';

export type BodyOutcome =
  | { readonly kind: 'finished'; readonly trailers: Fields | undefined }
  /** The guest left the body unfinished or broke its own content-length: the receiver must not take it for whole. */
  | { readonly kind: 'aborted'; readonly reason: string };

/** What a guest may have written and nobody has taken yet. */
const unsentBytesMax = 128 * 1024;
/** The same in pieces: small ones take more memory than their bytes. */
const unsentChunksMax = 1024;

export class OutgoingBody implements OutputStream {
  readonly #chunks: Uint8Array[] = [];
  readonly #wakeup = new Wakeup();
  readonly #expected: number | undefined;
  readonly #hold: (bytes: number) => void;
  #pollable: Pollable | undefined;
  #unsent = 0;
  #written = 0;
  #streamed = false;
  #receiverGone = false;
  #outcome: BodyOutcome | undefined;
  #notify: () => void = () => {};
  #taken: (() => void) | undefined;
  #cancelled: (() => void) | undefined;
  /** A piece is on its way to the receiver, who asks again: one that comes now must not overtake it. */
  #isTaking = false;

  /**
   * `contentLength`: what the guest declared, in bytes; more is refused and less is an error at `finish`. `hold` counts what
   * is kept for the guest, and throws when that is too much.
   */
  constructor(contentLength: number | undefined, hold: (bytes: number) => void = () => {}) {
    this.#expected = contentLength;
    this.#hold = hold;
  }

  get pollable(): Pollable {
    this.#pollable ??= { ready: () => this.#writable, wait: () => this.#wakeup.wait() };
    return this.#pollable;
  }

  // --- the receiver's side ---

  /** `notify` is called whenever there is something to take: bytes or the outcome. */
  attach(notify: () => void): void {
    this.#notify = notify;
    if (this.#unsent > 0 || this.#outcome) notify();
  }

  /**
   * The next bytes, or undefined when there are none now. Whoever feeds the body may write more meanwhile, of which the receiver
   * is not notified: it takes again, or looks at the outcome, after each piece.
   */
  take(): Uint8Array | undefined {
    const chunk = this.#chunks.shift();
    if (!chunk) return undefined;
    this.#unsent -= chunk.byteLength;
    this.#hold(-chunk.byteLength);
    this.#wakeup.wake();
    if (!this.#taken) return chunk;
    this.#isTaking = true;
    this.#taken();
    this.#isTaking = false;
    return chunk;
  }

  /** How the body ended; known only when all its bytes have been taken. */
  get outcome(): BodyOutcome | undefined {
    return this.#unsent === 0 ? this.#outcome : undefined;
  }

  /** The bytes still to be taken and the trailers, when the guest has finished the body. */
  get finished(): { readonly bytes: number; readonly trailers: Fields | undefined } | undefined {
    return this.#outcome?.kind === 'finished' ? { bytes: this.#unsent, trailers: this.#outcome.trailers } : undefined;
  }

  /** The receiver is gone: what the guest writes from now on fails. */
  cancel(): void {
    if (this.#receiverGone) return;
    this.#receiverGone = true;
    this.#hold(-this.#unsent);
    this.#chunks.length = 0;
    this.#unsent = 0;
    this.#wakeup.wake();
    this.#taken?.();
    this.#cancelled?.();
  }

  /** `cancelled` is called when the body is cancelled: for whoever takes it and is not the one who cancels. */
  onCancel(cancelled: () => void): void {
    this.#cancelled = cancelled;
  }

  // --- the guest's side ---

  /** `outgoing-body.write`: can be had once. */
  takeStream(): OutputStream | undefined {
    if (this.#streamed) return undefined;
    this.#streamed = true;
    return this;
  }

  /** `taken` is called whenever the receiver took something, or is gone. */
  feed(taken: () => void): void {
    this.#taken = taken;
  }

  get isReceiverGone(): boolean {
    return this.#receiverGone;
  }

  get unsent(): number {
    return this.#unsent;
  }

  get written(): number {
    return this.#written;
  }

  checkWrite(): Result<number, StreamError> {
    if (this.#receiverGone) return err({ tag: 'closed' });
    return ok(this.#chunks.length < unsentChunksMax ? Math.max(0, unsentBytesMax - this.#unsent) : 0);
  }

  write(bytes: Uint8Array): Result<undefined, StreamError> {
    if (this.#receiverGone || this.#outcome) return err({ tag: 'closed' });
    if (this.#expected !== undefined && this.#written + bytes.byteLength > this.#expected) {
      const size = BigInt(this.#written + bytes.byteLength);
      return err({ tag: 'last-operation-failed', val: httpIoError({ tag: 'HTTP-response-body-size', val: size }) });
    }
    if (bytes.byteLength === 0) return okay;
    this.#hold(bytes.byteLength);
    this.#written += bytes.byteLength;
    this.#unsent += bytes.byteLength;
    this.#chunks.push(bytes);
    if (!this.#isTaking) this.#notify();
    return okay;
  }

  /** Nothing is held back, so there is nothing to wait for: the receiver takes bytes as soon as the guest gives way. */
  flush(): Result<undefined, StreamError> {
    return this.#receiverGone ? err({ tag: 'closed' }) : okay;
  }

  /** `outgoing-body.finish` */
  finish(trailers: Fields | undefined): Result<undefined, ErrorCode> {
    if (this.#expected !== undefined && this.#written !== this.#expected) {
      this.abort(`the guest declared content-length ${this.#expected} and wrote ${this.#written} bytes`);
      return err({ tag: 'HTTP-response-body-size', val: BigInt(this.#written) });
    }
    this.#settle({ kind: 'finished', trailers });
    return okay;
  }

  /** The body will not be finished. Gives the reason, or undefined when it is finished already. */
  abort(reason: string): string | undefined {
    this.#settle({ kind: 'aborted', reason });
    return this.#outcome?.kind === 'aborted' ? this.#outcome.reason : undefined;
  }

  get #writable(): boolean {
    return this.#receiverGone || (this.#unsent < unsentBytesMax && this.#chunks.length < unsentChunksMax);
  }

  #settle(outcome: BodyOutcome): void {
    if (this.#outcome) return;
    this.#outcome = outcome;
    if (!this.#isTaking) this.#notify();
  }
}
