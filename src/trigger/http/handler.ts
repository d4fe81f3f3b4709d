// Answers one HTTP request: well-known paths, the route, then the component's handler in an instance of its own.
import type { App } from '../../app/app.ts';
import { incomingRequestResource, responseOutparamResource } from '../../host/wasi-http/declarations.ts';
import { describeErrorCode } from '../../host/wasi-http/error-code.ts';
import { Fields, isForbidden, type Entry } from '../../host/wasi-http/fields.ts';
import { IncomingRequest, type Method, type ResponseOutparam } from '../../host/wasi-http/messages.ts';
import type { Executor } from '../../runtime/executor.ts';
import { emptyAnswer, type HttpAnswer, type HttpRequest, type HttpResponder } from './exchange.ts';
import type { RouteMatch, Router } from './router.ts';
import { spinHeaders } from './spin-headers.ts';
import { wellKnown } from './well-known.ts';

/** A component that can answer HTTP requests: its executor and the name of its handler's export. */
export interface HttpComponent {
  readonly executor: Executor;
  /** `wasi:http/incoming-handler@0.2.0` */
  readonly handlerExport: string;
}

export interface HandlerParts {
  readonly app: App;
  readonly router: Router;
  /** By id. */
  readonly components: ReadonlyMap<string, HttpComponent>;
  readonly warn: (message: string) => void;
}

type Handle = (request: object, outparam: object) => Promise<void>;

export class HttpHandler {
  readonly #parts: HandlerParts;

  constructor(parts: HandlerParts) {
    this.#parts = parts;
  }

  /** Resolves when the invocation is over, which may be after the response. Never rejects. */
  async handle(request: HttpRequest, responder: HttpResponder): Promise<void> {
    const path = pathOf(request.target);
    const known = wellKnown(path, this.#parts.app);
    if (known) return responder.answer(known);
    const match = this.#parts.router.match(path);
    if (!match) return responder.answer(emptyAnswer(404));
    await this.#invoke(request, match, responder);
  }

  async #invoke(request: HttpRequest, match: RouteMatch, responder: HttpResponder): Promise<void> {
    const component = this.#parts.components.get(match.component);
    if (!component) throw new Error(`component ${match.component} has no handler`);
    const cause = `${request.method} ${request.target}`;
    const reply = new Reply(responder);
    const outcome = await component.executor.invoke(cause, guest => {
      const handler = guest.exports[component.handlerExport] as { readonly handle: Handle };
      const incoming = new IncomingRequest(
        {
          method: methodOf(request.method),
          pathWithQuery: request.target,
          // Spin tells 0.2 guests http even under TLS (spin-behaviour 2.3).
          scheme: { tag: 'HTTP' },
          authority: request.authority,
          headers: Fields.received(guestHeaders(request, match)),
        },
        request.body,
      );
      return handler.handle(guest.wrap(incomingRequestResource, incoming), guest.wrap(responseOutparamResource, reply));
    });
    if (!outcome) return responder.answer({ ...emptyAnswer(503), headers: [['retry-after', Buffer.from('1')]] });
    this.#conclude(reply, `component "${match.component}" on ${cause}`, outcome.kind === 'returned');
  }

  /** After the guest: an answer that it owes is 500, and a body that it left open is cut. */
  #conclude(reply: Reply, subject: string, returned: boolean): void {
    const { warn } = this.#parts;
    if (reply.error) warn(`${subject}: the guest answered with the error ${reply.error}; the client got 500`);
    else if (!reply.answered && returned) warn(`${subject}: the guest returned without setting a response; the client got 500`);
    const aborted = reply.conclude();
    if (aborted && returned) warn(`${subject}: ${aborted}; the response was cut off`);
  }
}

/** The guest's `response-outparam`, turned into the one answer that the client gets. */
class Reply implements ResponseOutparam {
  readonly #responder: HttpResponder;
  #answer: HttpAnswer | undefined;
  error: string | undefined;

  constructor(responder: HttpResponder) {
    this.#responder = responder;
  }

  get answered(): boolean {
    return this.#answer !== undefined;
  }

  set(response: Parameters<ResponseOutparam['set']>[0]): void {
    if (response.tag === 'err') {
      this.error = describeErrorCode(response.val);
      return this.#send(emptyAnswer(500));
    }
    const { status, headers, takenBody } = response.val;
    this.#send({ status, headers: headers.entries, body: takenBody ?? new Uint8Array(0) });
  }

  /** Gives the reason when a body had to be aborted. */
  conclude(): string | undefined {
    if (!this.#answer) this.#send(emptyAnswer(500));
    const body = this.#answer?.body;
    if (!body || body instanceof Uint8Array) return undefined;
    return body.abort('the guest returned without finishing the body');
  }

  #send(answer: HttpAnswer): void {
    if (this.#answer) return;
    this.#answer = answer;
    this.#responder.answer(answer);
  }
}

/** The path of a request target, without query. */
export function pathOf(target: string): string {
  const end = target.indexOf('?');
  return end < 0 ? target : target.slice(0, end);
}

/** What the guest reads: the client's headers less those of the connection, then Spin's own. */
function guestHeaders(request: HttpRequest, match: RouteMatch): Entry[] {
  const received = request.headers.filter(([name]) => !isForbidden(name));
  const added = spinHeaders(request, match).map(([name, value]): Entry => [name, Buffer.from(value, 'latin1')]);
  return [...received, ...added];
}

const methods: ReadonlyMap<string, Method> = new Map(
  (['get', 'head', 'post', 'put', 'delete', 'connect', 'options', 'trace', 'patch'] as const).map(tag => [
    tag.toUpperCase(),
    { tag },
  ]),
);

const methodOf = (name: string): Method => methods.get(name) ?? { tag: 'other', val: name };
