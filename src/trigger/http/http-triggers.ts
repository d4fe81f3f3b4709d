// All HTTP triggers of an app: its routes, the components that answer them, and the servers that were asked for.
import type { App, HttpTrigger } from '../../app/app.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { Development } from './development.ts';
import { HttpHandler, type HttpComponent } from './handler.ts';
import { findCommandExport, findHandlerExport, type ExportingComponent } from './handler-export.ts';
import { createRouter, type RouteNotice, type Router } from './router.ts';
import type { ListenRequest } from './listen-request.ts';
import type { ListenAddress } from './port.ts';
import { HttpServer } from './server.ts';
import { fetchInProcess } from './web.ts';

/** A route as the start-up lines show it. */
export interface RouteInfo {
  /** The component's id; of a static response the trigger's. */
  readonly id: string;
  /** Without the trailing `/...`; `/` for the root. */
  readonly route: string;
  readonly wildcard: boolean;
  readonly description: string;
}

export class HttpTriggers {
  /** The guest functions from which a host function that waits may be reached. */
  static readonly asyncExports: readonly string[] = [
    'wasi:http/incoming-handler#handle',
    'fermyon:spin/inbound-http#handle-request',
    'wasi:cli/run#run',
  ];

  #app: App;
  #router: Router;
  readonly #warn: (message: string) => void;
  readonly #servers: HttpServer[] = [];
  #handler: HttpHandler | undefined;
  #first: ListenRequest | undefined;

  private constructor(app: App, router: Router, warn: (message: string) => void) {
    this.#app = app;
    this.#router = router;
    this.#warn = warn;
  }

  /** Reads the routes. Throws TspinError for a route that breaks the grammar. */
  static of(app: App, warn: (message: string) => void): HttpTriggers {
    const triggers = app.triggers.filter((trigger): trigger is HttpTrigger => trigger.kind === 'http');
    return new HttpTriggers(app, createRouter(triggers), warn);
  }

  /** What the user should know of the routes. */
  get warnings(): readonly string[] {
    return this.#router.notices.map(describeNotice);
  }

  /** Throws TspinError unless the component exports what its triggers call. */
  checkExports(component: ExportingComponent): void {
    if (this.#argvOf(component.id) === undefined) findHandlerExport(component);
    else findCommandExport(component);
  }

  /** Of a component that is run as a command; undefined for others. Of its triggers the last one says, as in Spin. */
  #argvOf(component: string): string | undefined {
    return this.#app.triggers.findLast(trigger => trigger.component === component)?.wagi?.argv;
  }

  get routes(): readonly RouteInfo[] {
    return this.#router.routes.map(({ route, trigger }) => ({
      id: nameOf(trigger),
      route: route.prefix,
      wildcard: route.isWildcard,
      description: (trigger.component && this.#app.components.get(trigger.component)?.description) ?? '',
    }));
  }

  /** From now on requests are answered by the runtime's components. `development`: somebody develops the app. */
  serve(runtime: Runtime, development?: Development): void {
    const components = new Map<string, HttpComponent>();
    for (const { component } of this.#app.triggers) {
      if (component === undefined) continue;
      const { executor, prepared } = runtime.component(component);
      const exporting = { id: component, at: undefined, exports: prepared.exports };
      const argv = this.#argvOf(component);
      components.set(
        component,
        argv === undefined
          ? { kind: 'handler', executor, handler: findHandlerExport(exporting) }
          : { kind: 'command', executor, run: findCommandExport(exporting), argv },
      );
    }
    const handler = new HttpHandler({ app: this.#app, router: this.#router, components, warn: this.#warn, development });
    this.#handler = handler;
    runtime.chain.attach((request, answer) =>
      handler.chained(
        {
          ...request,
          authority: request.authority ?? this.#ownAuthority,
          // To the app itself as its clients come to it (spin-behaviour 2.7).
          scheme: request.component === undefined && this.#first?.tls ? 'https' : 'http',
          clientAddress: '0.0.0.0:0',
        },
        { answer },
      ),
    );
  }

  /** From the next request on the ports of these are answered by the app of `next`, which is served already (ADR 022). */
  follow(next: HttpTriggers): void {
    next.#first = this.#first;
    this.#app = next.#app;
    this.#router = next.#router;
    this.#handler = next.#running;
  }

  /** `sharing`: other threads of this process listen there as well. */
  async listen(request: ListenRequest, sharing?: 'shared'): Promise<ListenAddress> {
    // Which handler it is shows when a request begins: the app may have been read anew.
    const server = new HttpServer({ handle: (incoming, responder) => this.#running.handle(incoming, responder) }, request);
    const actual = await server.listen(request, sharing);
    this.#servers.push(server);
    this.#first ??= { ...request, ...actual };
    return actual;
  }

  fetch(request: Request): Promise<Response> {
    return fetchInProcess(this.#running, request);
  }

  /** Stops listening; what is in flight may finish for `drainMs`. */
  async close(drainMs: number): Promise<void> {
    await Promise.all(this.#servers.map(server => server.close(drainMs)));
  }

  /** What a component's request to the app itself is told as host. */
  get #ownAuthority(): string {
    if (!this.#first) return 'localhost';
    const { host, port } = this.#first;
    return `${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  get #running(): HttpHandler {
    if (!this.#handler) throw new Error('the HTTP triggers are not served yet');
    return this.#handler;
  }
}

const nameOf = ({ component, id }: HttpTrigger): string => component ?? id;

function describeNotice(notice: RouteNotice): string {
  const written = JSON.stringify(notice.route.written);
  if (notice.kind === 'duplicate') {
    return `the route ${written} is given twice: ${nameOf(notice.effective)} answers it, ${nameOf(notice.replaced)} is never reached`;
  }
  return `the route ${written} of ${nameOf(notice.trigger)} is never reached: tspin itself answers below /.well-known/spin/`;
}
