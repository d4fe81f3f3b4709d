// Requests that components make to the app itself, in process: to another component, or to the app's own routes (spin-behaviour 2.7).
// Whoever answers requests is above the host interfaces, so it is attached when it is there.
import type { Entry } from './wasi-http/fields.ts';
import type { IncomingBody } from './wasi-http/incoming-body.ts';
import type { OutgoingBody } from './wasi-http/outgoing-body.ts';

export interface ChainedRequest {
  /** The id of the component that is to answer; undefined: the app's routes say. */
  readonly component: string | undefined;
  /** `GET` */
  readonly method: string;
  /** What the guest is told as authority; undefined: the app's own address. */
  readonly authority: string | undefined;
  /** Path and query. */
  readonly target: string;
  readonly headers: readonly Entry[];
  readonly body: IncomingBody;
  /** 1 for a call by a component that no other called. */
  readonly depth: number;
}

export interface ChainedAnswer {
  readonly status: number;
  readonly headers: readonly Entry[];
  /** Bytes known at once, or a body that the guest still writes. */
  readonly body: Uint8Array | OutgoingBody;
}

/** Answers once; resolves when the invocation is over, which may be after the answer. Never rejects. */
export type AnswerChained = (request: ChainedRequest, answer: (answer: ChainedAnswer) => void) => Promise<void>;

/** A component that calls one that calls one, and so on: beyond this a call fails, as most likely it goes round in a circle. */
export const chainDepthMax = 32;
/**
 * Calls that may be in process at once, on one thread. They have no queue: whoever waits for another's answer must not wait for an
 * instance that is taken by somebody who waits as well.
 */
export const chainedMax = 1000;

export class Chain {
  #answer: AnswerChained | undefined;
  #running = 0;

  attach(answer: AnswerChained): void {
    this.#answer = answer;
  }

  /** False when there are too many already: then nothing is called. */
  send(request: ChainedRequest, answer: (answer: ChainedAnswer) => void): boolean {
    if (!this.#answer) throw new Error('nobody answers chained requests');
    if (this.#running >= chainedMax) return false;
    this.#running += 1;
    void this.#answer(request, answer).then(() => {
      this.#running -= 1;
    });
    return true;
  }
}
