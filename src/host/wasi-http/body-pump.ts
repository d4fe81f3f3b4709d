// Moves a body of WASI 0.3 - a stream, then a future of trailers - into the pipe that its receiver takes from.
import { FutureValue } from '../../wit/future-value.ts';
import type { FutureReader, StreamReader } from '../../wit/stream.ts';
import { err, okay, type Result } from '../../wit/types.ts';
import { BodyStream, BodyTrailers, type Trailers } from './body-stream.ts';
import { describeErrorCode, internalError, type ErrorCode } from './error-code.ts';
import type { OutgoingBody } from './outgoing-body.ts';

/** How the transmission of a message went, for the guest that made it. */
export type Transmission = Result<undefined, ErrorCode>;

/** What the guest gave for a message's body. */
export interface Contents {
  /** Undefined for a body without bytes. */
  readonly stream: StreamReader<Uint8Array> | undefined;
  readonly trailers: FutureReader<Trailers>;
  readonly sent: FutureValue<Transmission>;
}

/** Nobody will read the body: its writers learn that. */
export function abandonContents({ stream, trailers, sent }: Contents, transmission: Transmission = okay): void {
  stream?.cancel();
  trailers.cancel();
  sent.resolve(transmission);
}

export class BodyPump {
  readonly #body: OutgoingBody;
  readonly #contents: Contents;
  readonly #step = (): void => this.#guarded();
  #state: 'stream' | 'full' | 'trailers' | 'sending' | 'over' = 'stream';
  #over: PromiseWithResolvers<void> | undefined;
  /** The guest is at fault that the body is not whole. */
  #failed = false;

  constructor(contents: Contents, body: OutgoingBody) {
    this.#contents = contents;
    this.#body = body;
    if (contents.stream instanceof BodyStream) contents.stream.keep();
    body.feed(() => this.#taken());
    this.#guarded();
  }

  /**
   * The guest is gone. A body that the host alone moves on, because the guest gave back what it had received, goes on: then
   * the promise resolves when that is over. Gives the reason when the body had to be aborted.
   */
  conclude(reason: string): string | Promise<void> | undefined {
    if (this.#isOver) return this.#reason(reason);
    const { stream, trailers } = this.#contents;
    const isHosts =
      (stream === undefined || stream instanceof BodyStream) && (trailers instanceof BodyTrailers || trailers.settled);
    if (isHosts) return (this.#over ??= Promise.withResolvers()).promise;
    const written = stream === undefined || stream.ended;
    if (written && trailers.settled) this.#finish(trailers.settled.value);
    else this.#fail(internalError(reason), reason);
    return this.#reason(reason);
  }

  /**
   * Undefined when the body is over, or needs the guest. Else, when the guest gave a stream of the host's (a file's, a
   * socket's) that lasts only as long as the invocation: resolves when it has moved.
   */
  moved(): Promise<void> | undefined {
    const { stream, trailers } = this.#contents;
    const needsGuest = !stream?.isHosts || !(trailers instanceof BodyTrailers || trailers.settled);
    if (this.#isOver || needsGuest) return undefined;
    return (this.#over ??= Promise.withResolvers()).promise;
  }

  /** Why the body was aborted, if it was; `otherwise` when nothing was said of it yet. */
  #reason(otherwise: string): string | undefined {
    // A receiver that went away because the body was cut off is no excuse.
    return this.#body.isReceiverGone && !this.#failed ? undefined : this.#body.abort(otherwise);
  }

  get #isOver(): boolean {
    return this.#state === 'sending' || this.#state === 'over';
  }

  /** What is thrown here must not reach whoever only took a piece of the body. */
  #guarded(): void {
    if (this.#isOver) return;
    try {
      if (this.#state === 'trailers') this.#readTrailers();
      else this.#pump();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#fail(internalError(reason), reason);
    }
  }

  #pump(): void {
    const { stream } = this.#contents;
    if (stream && !this.#drained(stream)) return;
    this.#state = 'trailers';
    this.#readTrailers();
  }

  /** Moves what there is; true when the stream has ended. */
  #drained(stream: StreamReader<Uint8Array>): boolean {
    for (;;) {
      const room = this.#room;
      this.#state = room === 0 ? 'full' : 'stream';
      if (room === 0) return false;
      const chunk = stream.read(room);
      if (!chunk || chunk.byteLength === 0) {
        if (!stream.ended) stream.whenReady(this.#step);
        return stream.ended && this.#state === 'stream';
      }
      const written = this.#body.write(chunk);
      if (this.#isOver) return false;
      if (written.tag === 'err') {
        this.#refuse(chunk.byteLength);
        return false;
      }
    }
  }

  get #room(): number {
    const permit = this.#body.checkWrite();
    return permit.tag === 'ok' ? permit.val : 0;
  }

  /** More than the declared length. */
  #refuse(more: number): void {
    const size = BigInt(this.#body.written + more);
    this.#fail({ tag: 'HTTP-response-body-size', val: size }, `the guest wrote more than the content-length that it declared`);
  }

  #readTrailers(): void {
    const { trailers } = this.#contents;
    if (trailers.settled) return this.#finish(trailers.settled.value);
    if (trailers.abandoned) {
      const reason = 'the guest gave no trailers';
      return this.#fail(internalError(reason), reason);
    }
    trailers.whenReady(this.#step);
  }

  #finish(trailers: Trailers): void {
    if (trailers.tag === 'err') {
      return this.#fail(trailers.val, `the guest ended the body with the error ${describeErrorCode(trailers.val)}`);
    }
    this.#state = 'sending';
    const finished = this.#body.finish(trailers.val);
    this.#failed = finished.tag === 'err';
    if (finished.tag === 'err') this.#end(finished);
    else this.#taken();
  }

  /** The receiver took something, or is gone. */
  #taken(): void {
    if (this.#state === 'over') return;
    if (this.#body.isReceiverGone) {
      const transmission = err<ErrorCode>({ tag: 'connection-terminated' });
      if (!this.#isOver) abandonContents(this.#contents, transmission);
      this.#end(transmission);
    } else if (this.#state === 'sending') {
      if (this.#body.unsent === 0) this.#end(okay);
    } else if (this.#state === 'full') {
      this.#guarded();
    }
  }

  #fail(code: ErrorCode, reason: string): void {
    this.#state = 'sending';
    this.#failed = true;
    this.#body.abort(reason);
    abandonContents(this.#contents, err(code));
    this.#end(err(code));
  }

  #end(transmission: Transmission): void {
    this.#state = 'over';
    this.#contents.sent.resolve(transmission);
    this.#over?.resolve();
  }
}
