// The guest's `response-outparam`, turned into the one answer that the client gets.
import { describeErrorCode, type ErrorCode } from '../../host/wasi-http/error-code.ts';
import type { ResponseOutparam } from '../../host/wasi-http/messages.ts';
import type { BodyPump } from '../../host/wasi-http/body-pump.ts';
import type { Response, SentResponse } from '../../host/wasi-http/messages-3.ts';
import type { Outcome } from '../../runtime/events.ts';
import type { Result } from '../../wit/types.ts';
import type { OutgoingBody } from '../../host/wasi-http/outgoing-body.ts';
import { emptyAnswer, isBodiless, nothing, type HttpAnswer, type HttpResponder } from './exchange.ts';

/** A guest that writes more than this where no body may be learns that nobody listens, so that it does not write for ever. */
const discardedBytesMax = 1024 * 1024;

/** What a guest owes the client that ended without an answer: 500 but for these. */
const owed: Readonly<Partial<Record<Outcome['kind'], number>>> = { 'timed-out': 504, refused: 503 };
export const owedStatus = ({ kind }: Outcome): number => owed[kind] ?? 500;

/** What `handler.handle` of WASI 0.3 returns. */
export type Answer3 = Result<Response, ErrorCode>;

export class Reply implements ResponseOutparam {
  readonly #method: string;
  readonly #responder: HttpResponder;
  #answer: HttpAnswer | undefined;
  #refused: string | undefined;
  #pump: BodyPump | undefined;

  /** `method`: of the request. */
  constructor(method: string, responder: HttpResponder) {
    this.#method = method;
    this.#responder = responder;
  }

  get answered(): boolean {
    return this.#answer !== undefined;
  }

  /** What the guest set when it was nothing that a client can get; the client got 500. */
  get refused(): string | undefined {
    return this.#refused;
  }

  set(response: Parameters<ResponseOutparam['set']>[0]): void {
    if (response.tag === 'ok') this.#sendResponse(response.val);
    else this.#refuse(response.val);
  }

  /** What a handler of WASI 0.3 returned: the body moves from now on. */
  give(answer: Answer3): void {
    if (answer.tag === 'err') return this.#refuse(answer.val);
    const sent = answer.val.send();
    this.#pump = sent.pump;
    this.#sendResponse(sent);
  }

  /**
   * After the guest: `status` is the answer that it owes. Gives the reason when a body had to be aborted; a promise when the
   * guest returned the body that it received: that goes on without it.
   */
  conclude(status: number, returned: boolean): string | Promise<void> | undefined {
    if (!this.#answer) this.#send(emptyAnswer(status));
    const body = this.#answer?.body;
    if (!body || body instanceof Uint8Array) return undefined;
    const reason = 'the guest returned without finishing the body';
    return returned && this.#pump ? this.#pump.conclude(reason) : body.abort(reason);
  }

  #refuse(code: ErrorCode): void {
    this.#refused = `the error ${describeErrorCode(code)}`;
    this.#send(emptyAnswer(500));
  }

  #sendResponse({ status, headers, takenBody }: Omit<SentResponse, 'pump'>): void {
    // After a 1xx the client would wait for the real response. hyper, and so Spin, sends 500 in its place.
    if (status < 200) {
      this.#refused = `the status ${status}, which ends no request`;
      takenBody?.cancel();
      return this.#send(emptyAnswer(500));
    }
    if (!takenBody || isBodiless(this.#method, status)) {
      if (takenBody) discard(takenBody);
      return this.#send({ status, headers: headers.entries, body: nothing });
    }
    this.#send({ status, headers: headers.entries, body: takenBody });
  }

  #send(answer: HttpAnswer): void {
    if (this.#answer) return;
    this.#answer = answer;
    this.#responder.answer(answer);
  }
}

function discard(body: OutgoingBody): void {
  let left = discardedBytesMax;
  body.attach(() => {
    for (let chunk = body.take(); chunk; chunk = body.take()) left -= chunk.byteLength;
    if (left < 0) body.cancel();
  });
}
