// Outbound requests as far as an app without `allowed_outbound_hosts` can see them: every one is denied (spin-behaviour 2.8).
import { err, ok, type Result } from '../../wit/types.ts';
import { readyPollable, type Pollable } from '../io/pollable.ts';
import type { ErrorCode } from './error-code.ts';
import type { IncomingResponse, OutgoingRequest } from './messages.ts';

/** `future-incoming-response`: gives its answer once. */
export class FutureIncomingResponse {
  readonly pollable: Pollable = readyPollable;
  readonly #answer: Result<IncomingResponse, ErrorCode>;
  #taken = false;

  constructor(answer: Result<IncomingResponse, ErrorCode>) {
    this.#answer = answer;
  }

  get(): Result<Result<IncomingResponse, ErrorCode>, undefined> {
    if (this.#taken) return err(undefined);
    this.#taken = true;
    return ok(this.#answer);
  }
}

/** Spin delivers the denial through the future, not from `handle`. */
export const denied = (): FutureIncomingResponse => new FutureIncomingResponse(err({ tag: 'HTTP-request-denied' }));

/** `https://example.com`, for the warning that names what was denied. */
export function destinationOf(request: Pick<OutgoingRequest, 'scheme' | 'authority'>): string {
  const scheme = request.scheme?.tag === 'HTTP' ? 'http' : request.scheme?.tag === 'other' ? request.scheme.val : 'https';
  return `${scheme}://${request.authority ?? 'self'}`;
}
