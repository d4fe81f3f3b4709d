// The guest's `response-outparam`, turned into the one answer that the client gets.
import { describeErrorCode, type ErrorCode } from '../../host/wasi-http/error-code.ts';
import type { ResponseOutparam } from '../../host/wasi-http/messages.ts';
import type { BodyPump } from '../../host/wasi-http/body-pump.ts';
import type { Response, SentResponse } from '../../host/wasi-http/messages-3.ts';
import { Withheld } from '../../host/withheld.ts';
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
  #held: HttpAnswer | undefined;
  #withheld: Withheld | undefined;
  #isConcluded = false;
  #lost: string | undefined;

  readonly #owes: ((status: number) => HttpAnswer) | undefined;

  /** `method`: of the request. `owes`: makes the answer where the guest gives none that a client can get; undefined: an empty one. */
  constructor(method: string, responder: HttpResponder, owes?: (status: number) => HttpAnswer) {
    this.#method = method;
    this.#responder = responder;
    this.#owes = owes;
  }

  get answered(): boolean {
    return this.#answer !== undefined;
  }

  /** What the guest set when it was nothing that a client can get; the client got 500. */
  get refused(): string | undefined {
    return this.#refused;
  }

  /** Writes that the guest was told are done: the answer leaves after them. */
  get withheld(): Withheld {
    if (this.#withheld) return this.#withheld;
    this.#withheld = new Withheld();
    if (this.#answer) this.#withheld.leave();
    return this.#withheld;
  }

  /** Resolves when what is withheld was answered; undefined: nothing is. */
  kept(): Promise<unknown> | undefined {
    return this.#withheld?.kept();
  }

  /** Why a write failed that the guest was told is done; the client got 500. */
  get lost(): string | undefined {
    return this.#lost;
  }

  /** The guest's own status when it says that the guest failed and nothing else does: SDKs answer so for what their guest throws. */
  get emptyFailure(): number | undefined {
    const body = this.#held?.body;
    return body === undefined || (body !== nothing && writtenOf(body) > 0) ? undefined : this.#held?.status;
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
    this.#isConcluded = true;
    const held = this.#answer ? undefined : this.#held;
    if (held && !(held.body instanceof Uint8Array)) held.body.cancel();
    if (!this.#answer)
      this.#sendOwn(this.#owes?.(held?.status ?? (this.#refused === undefined ? status : 500)) ?? emptyAnswer(status));
    const body = this.#answer?.body;
    if (!body || body instanceof Uint8Array) return undefined;
    const reason = 'the guest returned without finishing the body';
    return returned && this.#pump ? this.#pump.conclude(reason) : body.abort(reason);
  }

  #refuse(what: string): void {
    this.#refused = what;
    this.#sendRefusal();
  }

  #sendResponse({ status, headers, takenBody }: Omit<SentResponse, 'pump'>): void {
    if (status < 200) {
      takenBody?.cancel();
      return this.#refuse(endless(status));
    }
    if (!takenBody || isBodiless(this.#method, status)) {
      if (takenBody) discard(takenBody);
      const answer = { status, headers: headers.entries, body: nothing };
      return this.#owes && status >= 500 && !takenBody ? this.#hold(answer) : this.#send(answer);
    }
    const answer = { status, headers: headers.entries, body: takenBody };
    if (this.#owes && status >= 500) this.#hold(answer);
    else this.#send(answer);
  }

  /** It is sent with the first byte of its body; without one it says nothing of why the guest failed. */
  #hold(answer: HttpAnswer): void {
    this.#held = answer;
    const { body } = answer;
    if (body instanceof Uint8Array) return;
    body.attach(() => {
      if (body.written > 0) this.#send(answer);
    });
  }

  /** Where somebody writes the answers that guests owe, it waits for the guest's end: what led to it is known then. */
  #sendRefusal(): void {
    if (!this.#owes) this.#send(emptyAnswer(500));
  }

  #send(answer: HttpAnswer): void {
    if (this.#answer) return;
    this.#answer = answer;
    const withheld = this.#withheld;
    if (!withheld) return this.#responder.answer(answer);
    withheld.whenKept(failure => {
      withheld.leave();
      if (failure === undefined) this.#responder.answer(answer);
      else this.#lose(answer, failure);
    });
  }

  /** The guest would not have answered so had it known. One that still runs is given up, and its end is answered. */
  #lose({ body }: HttpAnswer, failure: string): void {
    if (!(body instanceof Uint8Array)) body.cancel();
    this.#answer = undefined;
    this.#lost = failure;
    if (this.#isConcluded) this.#sendOwn(this.#owes?.(500) ?? emptyAnswer(500));
  }

  /** What the host says waits for nothing. */
  #sendOwn(answer: HttpAnswer): void {
    this.#answer = answer;
    this.#withheld?.leave();
    this.#responder.answer(answer);
  }
}

const described = (code: ErrorCode): string => `the error ${describeErrorCode(code)}`;

/** After a 1xx the client would wait for the real response. hyper, and so Spin, sends 500 in its place. */
const endless = (status: number): string => `the status ${status}, which ends no request`;
const writtenOf = (body: HttpAnswer['body']): number => (body instanceof Uint8Array ? body.byteLength : body.written);

function discard(body: OutgoingBody): void {
  let left = discardedBytesMax;
  body.attach(() => {
    for (let chunk = body.take(); chunk; chunk = body.take()) left -= chunk.byteLength;
    if (left < 0) body.cancel();
  });
}
