// What a developer is told of each request: a line when it is over, and a card in place of an empty 500 (ADR 022).
import type { Evidence } from '../../runtime/evidence.ts';
import type { Outcome } from '../../runtime/events.ts';
import { cardAnswer, type CrashCard } from './crash-card.ts';
import type { HttpAnswer, HttpRequest, HttpResponder } from './exchange.ts';
import type { RouteMatch } from './router.ts';

/** A request that is over. */
export interface RequestEvent {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly status: number;
  /** From its beginning to the end of the guest's work, in milliseconds. */
  readonly ms: number;
  /** Undefined: no component was asked. */
  readonly component: string | undefined;
}

export interface Development {
  readonly onRequest: (event: RequestEvent) => void;
}

/** Notes what is answered, and by whom. */
export class ObservedResponder implements HttpResponder {
  component: string | undefined;
  readonly #responder: HttpResponder;
  #status = 0;

  constructor(responder: HttpResponder) {
    this.#responder = responder;
  }

  /** 0: nothing was answered. */
  get status(): number {
    return this.#status;
  }

  answer(answer: HttpAnswer): void {
    this.#status = answer.status;
    this.#responder.answer(answer);
  }
}

export interface CardRequest {
  readonly request: HttpRequest;
  /** The id of the component that was asked. */
  readonly component: string;
  readonly match: RouteMatch;
  readonly status: number;
  readonly outcome: Outcome;
  /** What the guest set as its response when that was nothing that a client can get. */
  readonly refused: string | undefined;
  /** The guest's own answer was a status that says that it failed, and nothing else. */
  readonly emptyFailure: number | undefined;
  /** Why a write failed that the guest was told is done, when that was known after its end. */
  readonly lost: string | undefined;
}

/** In the form that the request asks for. */
export function crashAnswer({ request, component, match, status, outcome, ...said }: CardRequest): HttpAnswer {
  const card: CrashCard = {
    status,
    ...whatHappened(outcome, said),
    component,
    route: match.route.written,
    request: `${request.method} ${request.target}`,
    frames: 'trap' in outcome ? outcome.trap.frames : [],
    evidence: ('evidence' in outcome ? outcome.evidence : undefined) ?? nothingKnown,
  };
  return cardAnswer(card, request.headers);
}

/** What became of a write that the guest was told is done (ADR 023). */
export const lostWrite = (reason: string): string => `a write that the guest was told is done failed: ${reason}`;

const nothingKnown: Evidence = { output: [], hostCalls: [], refused: [] };

function whatHappened(
  outcome: Outcome,
  { refused, emptyFailure, lost }: Pick<CardRequest, 'refused' | 'emptyFailure' | 'lost'>,
): Pick<CrashCard, 'title' | 'reason'> {
  switch (outcome.kind) {
    case 'trapped':
      return { title: 'trapped', reason: outcome.trap.bug ? `${outcome.trap.reason} (a bug of tspin's)` : outcome.trap.reason };
    case 'timed-out':
      return { title: 'took longer than it may', reason: 'see --request-timeout' };
    case 'refused':
      return { title: 'was not asked', reason: outcome.reason };
    case 'cancelled':
      return { title: 'was ended', reason: outcome.reason };
    case 'returned':
      if (lost !== undefined) return { title: 'lost a write', reason: lostWrite(lost) };
      if (emptyFailure !== undefined) return { title: `answered ${emptyFailure} and no text`, reason: '' };
      return refused === undefined
        ? { title: 'returned without setting a response', reason: '' }
        : { title: `answered with ${refused}`, reason: '' };
  }
}
