// An outbound request and what becomes of it, whoever answers: a server, or a component of the app.
import { err, ok, type Result } from '../../wit/types.ts';
import type { ErrorCode } from '../wasi-http/error-code.ts';
import { Fields, isForbidden, type Entry } from '../wasi-http/fields.ts';
import type { IncomingBody } from '../wasi-http/incoming-body.ts';
import type { OutgoingBody } from '../wasi-http/outgoing-body.ts';

/** In milliseconds. */
export interface Timeouts {
  readonly connectMs: number;
  /** From the connection to the response's head. */
  readonly firstByteMs: number;
  /** Between pieces of the response's body. */
  readonly betweenBytesMs: number;
}

export interface OutboundRequest {
  /** `GET` */
  readonly method: string;
  /** `http`, `https`, or what the guest wrote. */
  readonly scheme: string;
  /** Undefined: the app itself. */
  readonly authority: string | undefined;
  /** Path and query; `''` for none. */
  readonly target: string;
  readonly headers: readonly Entry[];
  /** Undefined for none. */
  readonly body: OutgoingBody | undefined;
  readonly timeouts: Timeouts;
  /** Called with the reason when there will be no response, before the body is cancelled. */
  readonly failed?: (code: ErrorCode) => void;
}

export interface OutboundResponse {
  readonly status: number;
  readonly headers: Fields;
  readonly body: IncomingBody;
}

export type OutboundAnswer = Result<OutboundResponse, ErrorCode>;

/** Lives until the response's body is over, or nobody waits for it. */
export class Exchange {
  readonly request: OutboundRequest;
  readonly #answered = Promise.withResolvers<OutboundAnswer>();
  readonly #ended: (() => void)[] = [];
  #answer: OutboundAnswer | undefined;
  #letGo: (() => void) | undefined;
  #isOver = false;

  constructor(request: OutboundRequest) {
    this.request = request;
  }

  /** Never rejects. */
  get answered(): Promise<OutboundAnswer> {
    return this.#answered.promise;
  }

  get answer(): OutboundAnswer | undefined {
    return this.#answer;
  }

  /** Nobody waits for it any more, or it has all been said. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The body of the response is moved on by the host alone, so it may go on without its guest. */
  get isKept(): boolean {
    return this.#answer?.tag === 'ok' && this.#answer.val.body.isKept;
  }

  /** `ended` is called when it is over: at once when that is so. */
  onEnd(ended: () => void): void {
    if (this.#isOver) ended();
    else this.#ended.push(ended);
  }

  /** `letGo` is called when nobody waits for it any more: at once when that is so. */
  onCancel(letGo: () => void): void {
    if (this.#isOver) letGo();
    else this.#letGo = letGo;
  }

  respond(response: OutboundResponse): void {
    this.#settle(ok(response));
  }

  /** There will be no response. */
  fail(code: ErrorCode): void {
    if (!this.#isOver) this.request.failed?.(code);
    this.#settle(err(code));
    this.end();
  }

  /** The response's body is over, whole or not. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#letGo = undefined;
    // What was not sent by now will not be.
    this.request.body?.cancel();
    for (const ended of this.#ended.splice(0)) ended();
  }

  /** Nobody waits for it any more. */
  cancel(): void {
    if (this.#isOver) return;
    const letGo = this.#letGo;
    if (this.#answer?.tag === 'ok') this.#answer.val.body.fail(cancelled);
    this.#settle(err(cancelled));
    this.end();
    letGo?.();
  }

  #settle(answer: OutboundAnswer): void {
    if (this.#answer) return;
    this.#answer = answer;
    this.#answered.resolve(answer);
  }
}

const cancelled: ErrorCode = { tag: 'connection-terminated' };

/** A response's headers less those of the connection, which end with it: a guest may send the response on as it is. */
export const receivedFields = (entries: readonly Entry[]): Fields =>
  Fields.received(entries.filter(([name]) => !isForbidden(name)));
