// The guest's `response-outparam`, turned into the one answer that the client gets.
import { describeErrorCode, type ErrorCode } from '../../host/wasi-http/error-code.ts';
import type { ResponseOutparam } from '../../host/wasi-http/messages.ts';
import type { BodyPump } from '../../host/wasi-http/body-pump.ts';
import type { Response, SentResponse } from '../../host/wasi-http/messages-3.ts';
import type { Result } from '../../wit/types.ts';
import type { OutgoingBody } from '../../host/wasi-http/outgoing-body.ts';
import { emptyAnswer, isBodiless, nothing, type HttpAnswer, type HttpResponder } from './exchange.ts';

/** A guest that writes more than this where no body may be learns that nobody listens, so that it does not write for ever. */
const discardedBytesMax = 1024 * 1024;

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
    else this.#refuse(described(response.val));
  }

  /** What a handler of WASI 0.3 returned: the body moves from now on. */
  give(answer: Answer3): void {
    if (answer.tag === 'err') return this.#refuse(described(answer.val));
    const sent = answer.val.send();
    this.#pump = sent.pump;
    this.#sendResponse(sent);
  }

  /** What a handler of Spin 1 returned; as an error what was wrong with it. */
  giveWhole(answer: Result<HttpAnswer, string>): void {
    if (answer.tag === 'err') return this.#refuse(answer.val);
    const { status, headers, body } = answer.val;
    if (status < 200) return this.#refuse(endless(status));
    this.#send({ status, headers, body: isBodiless(this.#method, status) ? nothing : body });
  }

  /** What the host still moves of a stream of its own that the guest gave as its body. */
  moved(): Promise<void> | undefined {
    return this.#pump?.moved();
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

  #refuse(what: string): void {
    this.#refused = what;
    this.#send(emptyAnswer(500));
  }

  #sendResponse({ status, headers, takenBody }: Omit<SentResponse, 'pump'>): void {
    if (status < 200) {
      takenBody?.cancel();
      return this.#refuse(endless(status));
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

const described = (code: ErrorCode): string => `the error ${describeErrorCode(code)}`;

/** After a 1xx the client would wait for the real response. hyper, and so Spin, sends 500 in its place. */
const endless = (status: number): string => `the status ${status}, which ends no request`;

function discard(body: OutgoingBody): void {
  let left = discardedBytesMax;
  body.attach(() => {
    for (let chunk = body.take(); chunk; chunk = body.take()) left -= chunk.byteLength;
    if (left < 0) body.cancel();
  });
}
