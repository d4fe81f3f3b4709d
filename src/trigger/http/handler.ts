// Answers one HTTP request: well-known paths, the route, then the component's handler in an instance of its own.
import { isUtf8 } from 'node:buffer';
import type { App } from '../../app/app.ts';
import type { ChainedRequest } from '../../host/interface.ts';
import { Fields, isForbidden, type Entry } from '../../host/wasi-http/fields.ts';
import { IncomingRequest, type Method, type Scheme } from '../../host/wasi-http/messages.ts';
import { Request } from '../../host/wasi-http/messages-3.ts';
import type { Outcome } from '../../runtime/events.ts';
import type { Call, Executor } from '../../runtime/executor.ts';
import { crashAnswer, lostWrite, ObservedResponder, type Development } from './development.ts';
import { emptyAnswer, type HttpAnswer, type HttpRequest, type HttpResponder } from './exchange.ts';
import type { SpinResponse } from '../../host/spin-http/declarations.ts';
import type { HandlerExport } from './handler-export.ts';
import { answerOf, headersAsText, isToldWhole, spinMethodOf, WholeBodies } from './inbound-http.ts';
import { parseRoute } from './route.ts';
import { owedStatus, Reply, type Answer3 } from './reply.ts';
import type { RouteMatch, Router } from './router.ts';
import { SpinHeaders } from './spin-headers.ts';
import { staticAnswer } from './static-answer.ts';
import { answerByCommand, type Command } from './wagi.ts';
import { wellKnown } from './well-known.ts';

/** A component that can answer HTTP requests: its executor and its handler's export; or a command. */
export type HttpComponent =
  | { readonly kind: 'handler'; readonly executor: Executor; readonly handler: HandlerExport }
  | ({ readonly kind: 'command' } & Command);

/** Made by a component. */
export interface ChainedHttpRequest extends HttpRequest, Pick<ChainedRequest, 'component' | 'depth'> {}

export interface HandlerParts {
  readonly app: App;
  readonly router: Router;
  /** By id. */
  readonly components: ReadonlyMap<string, HttpComponent>;
  readonly warn: (message: string) => void;
  /** Somebody develops the app: requests are told of, and failures shown to the client. */
  readonly development?: Development | undefined;
}

interface Invoked {
  readonly match: RouteMatch;
  readonly responder: HttpResponder;
  readonly depth?: number;
}

export class HttpHandler {
  readonly #parts: HandlerParts;
  readonly #spinHeaders = new SpinHeaders();
  readonly #bodies = new WholeBodies();

  constructor(parts: HandlerParts) {
    this.#parts = parts;
  }

  /** Resolves when the invocation is over, which may be after the response. Never rejects. */
  handle(request: HttpRequest, responder: HttpResponder): Promise<void> {
    const { development } = this.#parts;
    if (!development) return this.#handle(request, responder);
    const began = performance.now();
    const observed = new ObservedResponder(responder);
    return this.#handle(request, observed).then(() => {
      const { status, component } = observed;
      const { method, target } = request;
      development.onRequest({ method, target, status, component, ms: performance.now() - began });
    });
  }

  #handle(request: HttpRequest, responder: HttpResponder): Promise<void> {
    const path = pathOf(request.target);
    const known = wellKnown(path, this.#parts.app);
    if (known) return answered(responder, known);
    const match = this.#parts.router.match(path);
    if (!match) return answered(responder, emptyAnswer(404));
    if (match.trigger.staticResponse) return answered(responder, staticAnswer(match.trigger.staticResponse, request.method));
    // Spin gives a guest no header value that is not text (spin-behaviour 2.3).
    const unreadable = request.headers.find(entry => !isUtf8(entry[1]));
    if (unreadable) {
      this.#parts.warn(`${request.method} ${request.target}: the header ${unreadable[0]} is not UTF-8; the client got 500`);
      return answered(responder, emptyAnswer(500));
    }
    return this.#invoke(request, match.trigger.component, { match, responder });
  }

  /** A request that a component makes (spin-behaviour 2.7): to a component, whatever its routes, or to the app's routes. */
  chained(request: ChainedHttpRequest, responder: HttpResponder): Promise<void> {
    const { component, depth } = request;
    if (component !== undefined) {
      return this.#invoke(request, component, { match: this.#chainedMatch(component, request), responder, depth });
    }
    const path = pathOf(request.target);
    const known = wellKnown(path, this.#parts.app);
    if (known) return answered(responder, known);
    const match = this.#parts.router.match(path);
    if (!match) return answered(responder, emptyAnswer(404));
    if (match.trigger.staticResponse) return answered(responder, staticAnswer(match.trigger.staticResponse, request.method));
    return this.#invoke(request, match.trigger.component, { match, responder, depth });
  }

  /** As if the component had the route `/...`. */
  #chainedMatch(component: string, { target }: HttpRequest): RouteMatch {
    const trigger = this.#parts.app.triggers.find(one => one.component === component);
    if (!trigger) throw new Error(`component ${component} has no trigger`);
    return { trigger, route: anyPath, trailingWildcard: pathOf(target), params: new Map() };
  }

  #invoke(request: HttpRequest, id: string, { match, responder, depth }: Invoked): Promise<void> {
    const component = this.#parts.components.get(id);
    if (!component) throw new Error(`component ${id} has no handler`);
    const cause = (): string => `${request.method} ${request.target}`;
    if (component.kind === 'command') {
      const spinHeaders: Entry[] = [];
      this.#addSpinHeaders(spinHeaders, request, match);
      const scriptName = match.route.prefix === '/' ? '' : match.route.prefix;
      return answerByCommand(component, { request, spinHeaders, scriptName, responder, depth }).then(told => {
        if (told !== undefined) this.#parts.warn(`component "${id}" on ${cause()}: ${told}`);
      });
    }
    if (responder instanceof ObservedResponder) responder.component = id;
    let ended: Outcome | undefined;
    const owes = (status: number): HttpAnswer => {
      if (!ended) return emptyAnswer(status);
      const { refused, emptyFailure, lost } = reply;
      return crashAnswer({ request, component: id, match, status, outcome: ended, refused, emptyFailure, lost });
    };
    // Another component that called it is told no more than in production.
    const reply: Reply = new Reply(request.method, responder, this.#parts.development && !depth ? owes : undefined);
    const { executor, handler } = component;
    const invoke = (call: Call): Promise<void> =>
      executor
        .invoke(cause, { ...call, depth, received: request.headers })
        .then(outcome => this.#conclude(reply, (ended = outcome), () => `component "${id}" on ${cause()}`));
    if (handler.generation === 1) {
      const headers = this.#guestHeaders(request, match, entry => isToldWhole(entry, request));
      return this.#invokeWhole(request, { responder, reply, handler, headers, invoke });
    }
    const headers = Fields.received(this.#guestHeaders(request, match, entry => !isForbidden(entry[0])));
    return invoke(callOf(handler, request, headers, reply));
  }

  /** The handler of Spin 1 is called when all of the request is there. */
  async #invokeWhole(request: HttpRequest, { responder, reply, handler, headers, invoke }: WholeCall): Promise<void> {
    const method = spinMethodOf(request.method);
    if (!method) return answered(responder, emptyAnswer(405));
    const read = await this.#bodies.read(request.body);
    if (read.tag === 'err') return answered(responder, emptyAnswer(read.val));
    using body = read.val;
    const whole = { method, uri: request.target, headers: headersAsText(headers), params: [], body: body.bytes };
    const onReturn = (result: unknown): void => reply.giveWhole(answerOf(result as SpinResponse));
    await invoke({ target: handler, args: [whole], onReturn, reply });
  }

  /** What the guest reads: the client's headers less those that it is not told, then Spin's own. */
  #guestHeaders(request: HttpRequest | ChainedHttpRequest, match: RouteMatch, isTold: (entry: Entry) => boolean): Entry[] {
    const entries: Entry[] = [];
    for (const entry of request.headers) if (isTold(entry)) entries.push(entry);
    this.#addSpinHeaders(entries, request, match);
    return entries;
  }

  #addSpinHeaders(entries: Entry[], request: HttpRequest | ChainedHttpRequest, match: RouteMatch): void {
    // A component that is called by its name is told no host: it is no place on the web.
    const isCalledByName = 'component' in request && request.component !== undefined;
    this.#spinHeaders.add(entries, isCalledByName ? { ...request, authority: '' } : request, match);
  }

  /** After the guest: an answer that it owes is 500 (504 when its time was over, 503 when it had no instance), and a body that it left open is cut. */
  #conclude(reply: Reply, outcome: Outcome, subject: () => string): void | Promise<void> {
    const { warn } = this.#parts;
    const returned = outcome.kind === 'returned';
    const lost = (): void => warn(`${subject()}: ${lostWrite(reply.lost ?? '')}; the client got 500`);
    if (reply.lost !== undefined) {
      // One that was given up for it is told of as what trapped.
      if (returned) lost();
    } else if (reply.refused) warn(`${subject()}: the guest answered with ${reply.refused}; the client got 500`);
    else if (reply.emptyFailure !== undefined) warn(`${subject()}: the guest answered ${reply.emptyFailure} and no text`);
    else if (!reply.answered && returned) warn(`${subject()}: the guest returned without setting a response; the client got 500`);
    const ended = reply.conclude(owedStatus(outcome), returned);
    if (ended instanceof Promise) return ended;
    if (ended && returned) warn(`${subject()}: ${ended}; the response was cut off`);
    // It is answered later: until then the request is under way.
    return reply.kept()?.then(() => {
      if (reply.lost !== undefined) lost();
    });
  }
}

/** A call of the handler of Spin 1 before it is made. */
interface WholeCall {
  readonly responder: HttpResponder;
  readonly reply: Reply;
  readonly handler: HandlerExport;
  readonly headers: readonly Entry[];
  readonly invoke: (call: Call) => Promise<void>;
}

const anyPath = parseRoute('/...', undefined);

/** The path of a request target, without query. */
export function pathOf(target: string): string {
  const end = target.indexOf('?');
  return end < 0 ? target : target.slice(0, end);
}

function answered(responder: HttpResponder, answer: HttpAnswer): Promise<void> {
  responder.answer(answer);
  return Promise.resolve();
}

const http: Scheme = { tag: 'HTTP' };
const https: Scheme = { tag: 'HTTPS' };

/** The call of a handler of WASI, as its generation has it. */
function callOf(target: HandlerExport, request: HttpRequest, headers: Fields, reply: Reply): Call {
  const method = methodOf(request.method);
  const { target: pathWithQuery, authority, body } = request;
  if (target.generation === 2) {
    // Spin tells 0.2 guests http even under TLS (spin-behaviour 2.3).
    const head = { method, pathWithQuery, scheme: http, authority, headers };
    return { target, args: [new IncomingRequest(head, body), reply], reply };
  }
  const head = { method, pathWithQuery, scheme: request.scheme === 'https' ? https : http, authority };
  const onReturn = (result: unknown): void => reply.give(result as Answer3);
  return { target, args: [new Request(head, headers, body)], onReturn, moved: () => reply.moved(), reply };
}

const methods: ReadonlyMap<string, Method> = new Map(
  (['get', 'head', 'post', 'put', 'delete', 'connect', 'options', 'trace', 'patch'] as const).map(tag => [
    tag.toUpperCase(),
    { tag },
  ]),
);

const methodOf = (name: string): Method => methods.get(name) ?? { tag: 'other', val: name };
