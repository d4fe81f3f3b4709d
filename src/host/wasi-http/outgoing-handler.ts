// Outbound requests of wasi:http 0.2: `handle` begins one, and its future tells what came of it (spin-behaviour 2.8).
import { err, ok, type Result } from '../../wit/types.ts';
import { Wakeup, type Pollable } from '../io/pollable.ts';
import type { Exchange, OutboundAnswer, OutboundRequest, Timeouts } from '../outbound-http/exchange.ts';
import type { ErrorCode } from './error-code.ts';
import { IncomingResponse, type OutgoingRequest, type RequestOptions } from './messages.ts';
import { methodName, schemeName } from './request-parts.ts';

/** `future-incoming-response`: gives its answer once. */
export class FutureIncomingResponse {
  readonly pollable: Pollable;
  readonly #exchange: Exchange;
  readonly #wakeup = new Wakeup();
  #taken = false;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    this.pollable = { ready: () => exchange.answer !== undefined, wait: () => this.#wakeup.wait() };
    void exchange.answered.then(() => this.#wakeup.wake());
  }

  get(): Result<Result<IncomingResponse, ErrorCode>, undefined> | undefined {
    if (this.#taken) return err(undefined);
    const { answer } = this.#exchange;
    if (!answer) return undefined;
    this.#taken = true;
    return ok(received(answer));
  }

  /** The guest dropped it. A response that it did not take is let go. */
  dispose(): void {
    if (!this.#taken) this.#exchange.cancel();
  }
}

function received(answer: OutboundAnswer): Result<IncomingResponse, ErrorCode> {
  if (answer.tag === 'err') return answer;
  const { status, headers, body } = answer.val;
  return ok(new IncomingResponse(status, headers, body));
}

export function outboundRequest(request: OutgoingRequest, options: RequestOptions | undefined): OutboundRequest {
  return {
    method: methodName(request.method),
    scheme: schemeName(request.scheme),
    authority: request.authority,
    target: request.pathWithQuery ?? '',
    headers: request.headers.entries,
    body: request.takenBody,
    timeouts: timeoutsOf(options),
  };
}

/** Spin's default for each (spin-behaviour 2.8). */
const timeoutMs = 600_000;
/** The longest that a timer can be. */
const timerMsMax = 2 ** 31 - 1;

export const timeoutsOf = (options: RequestOptions | undefined): Timeouts => ({
  connectMs: milliseconds(options?.connectTimeout),
  firstByteMs: milliseconds(options?.firstByteTimeout),
  betweenBytesMs: milliseconds(options?.betweenBytesTimeout),
});

/** `duration`: nanoseconds. A part of a millisecond is one. */
const milliseconds = (duration: bigint | undefined): number =>
  duration === undefined ? timeoutMs : Math.min(timerMsMax, Math.ceil(Number(duration) / 1e6));
