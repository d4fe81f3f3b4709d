// Outbound HTTP of one app, whichever interface it is asked for by: permissions, then the network, another component, or the app.
import { chainDepthMax } from '../chain.ts';
import type { HostContext, Invocation } from '../interface.ts';
import { componentOf } from '../../manifest/outbound-host/allowed-host.ts';
import type { Destination } from '../../manifest/outbound-host/destination.ts';
import { AllowedHosts, outboundParts, type Permissions } from '../outbound/allowed-hosts.ts';
import type { ResolveVariable } from '../outbound/variables.ts';
import { BlockedNetworks } from '../outbound/blocked-networks.ts';
import { IncomingBody } from '../wasi-http/incoming-body.ts';
import { pipeBody } from './body-pipe.ts';
import { ClientTls } from './client-tls.ts';
import { ConnectionLimit } from './connection-limit.ts';
import { Exchange, receivedFields, type OutboundRequest } from './exchange.ts';
import { NetworkClient } from './network-client.ts';
import { traced } from './trace-context.ts';

/** Requests that one invocation may have under way at once: each may keep 200 KB of what it received. */
const requestsMax = 256;

/** The guest that made the request was told of a write that failed: it is given up. */
const lostWrite = 'a write before it failed';

/** Everything of the app that its invocations share, on one thread. */
export class OutboundHttp {
  readonly #context: HostContext;
  readonly #client: NetworkClient;
  readonly #allowed: ReadonlyMap<string, AllowedHosts>;

  /** Throws TspinError for what the runtime configuration has wrong. */
  constructor(context: HostContext, resolve: ResolveVariable) {
    const { app, components } = context;
    this.#context = context;
    const { http, networking } = app.outbound;
    const ids = new Set(components.map(({ id }) => id));
    this.#client = new NetworkClient({
      settings: http,
      http2Authority: app.outbound.http2Authority,
      blocked: BlockedNetworks.of(networking),
      tls: ClientTls.of(app.outbound, ids),
      limit: new ConnectionLimit(connectionsMax(app.outbound)),
    });
    const parts = outboundParts(context, resolve);
    this.#allowed = new Map(components.map(component => [component.id, new AllowedHosts(component, parts)]));
  }

  begin(invocation: Invocation): OutboundRequests {
    const { component } = invocation;
    const allowed = this.#allowed.get(component.id);
    if (!allowed) throw new Error(`component ${component.id} is not configured`);
    return new OutboundRequests({
      invocation,
      permissions: allowed.begin(text => invocation.refused?.(text)),
      client: this.#client,
      context: this.#context,
    });
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

/** The older `max_concurrent_requests` N let N + 1 through (spin-behaviour 0). */
function connectionsMax({ http, networking }: HostContext['app']['outbound']): number | undefined {
  const own = http.maxConnections ?? (http.maxConcurrentRequests === undefined ? undefined : http.maxConcurrentRequests + 1);
  const limits = [own, networking.maxTotalConnections].filter(limit => limit !== undefined);
  return limits.length > 0 ? Math.min(...limits) : undefined;
}

interface RequestsParts {
  readonly invocation: Invocation;
  readonly permissions: Permissions;
  readonly client: NetworkClient;
  readonly context: HostContext;
}

/** Those of one invocation: let go when it ends, but for what the host moves on by itself. */
export class OutboundRequests {
  readonly #parts: RequestsParts;
  readonly #open = new Set<Exchange>();

  constructor(parts: RequestsParts) {
    this.#parts = parts;
  }

  get invocation(): Invocation {
    return this.#parts.invocation;
  }

  /** Begins it. Whoever is not interested in the answer any more cancels it. */
  send(request: OutboundRequest): Exchange {
    const headers = traced(request.headers, this.invocation.received);
    const exchange = new Exchange(headers === request.headers ? request : { ...request, headers });
    if (this.#open.size >= requestsMax) {
      exchange.fail({ tag: 'connection-limit-reached' });
      return exchange;
    }
    if (this.#open.size === 0) this.#listen();
    this.#open.add(exchange);
    exchange.onEnd(() => this.#open.delete(exchange));
    // Right now: an instance that is reused serves others, of another depth, by the time that the permission is there.
    void this.#send(exchange, this.invocation.depth + 1, this.invocation.leaving?.());
    return exchange;
  }

  #listen(): void {
    this.#parts.invocation.signal.addEventListener('abort', this.#over, { once: true });
  }

  readonly #over = (): void => {
    for (const exchange of this.#open) if (!exchange.isKept) exchange.cancel();
  };

  /** Never rejects but for a bug. */
  async #send(exchange: Exchange, depth: number, leaving: Promise<string | undefined> | undefined): Promise<void> {
    const { scheme, authority, target, method } = exchange.request;
    const name = scheme.toLowerCase();
    if (name !== 'http' && name !== 'https') return exchange.fail({ tag: 'HTTP-protocol-error' });
    if (!/^([/?]|$)/.test(target) || authority?.includes('@')) return exchange.fail({ tag: 'HTTP-request-URI-invalid' });
    // A tunnel is no request: wasi:http has no place for what comes after it.
    if (method === 'CONNECT') return exchange.fail({ tag: 'HTTP-request-method-invalid' });
    const isSelf = authority === undefined || /^self(\.alt)?(:\d*)?$/i.test(authority);
    const to = await this.#permitted(exchange, name, isSelf);
    if (leaving && (await leaving) !== undefined) return exchange.fail({ tag: 'internal-error', val: lostWrite });
    if (exchange.isOver) return;
    if (!to) return exchange.fail({ tag: 'HTTP-request-denied' });
    if (to === 'self') return this.#chain(exchange, undefined, depth);
    const called = componentOf(to.host);
    if (called !== undefined) return this.#chainTo(exchange, called, depth);
    const { invocation, client, context } = this.#parts;
    const { id } = invocation.component;
    const warn = (message: string): void => context.warn(`component "${id}" ${message}`);
    await client.send(exchange, to, { component: id, warn });
  }

  async #permitted({ request }: Exchange, scheme: string, isSelf: boolean): Promise<Destination | 'self' | undefined> {
    const { permissions } = this.#parts;
    if (isSelf) return (await permissions.allowSelf()) ? 'self' : undefined;
    return permissions.allow(`${scheme}://${request.authority}`, scheme, 'make an outbound HTTP request');
  }

  /** `called` is in lower case, as hosts are. */
  #chainTo(exchange: Exchange, called: string, depth: number): void {
    const { app, warn } = this.#parts.context;
    const id = [...app.components.keys()].find(one => one.toLowerCase() === called);
    if (id !== undefined) return this.#chain(exchange, id, depth);
    warn(`component "${this.invocation.component.id}" called the component "${called}", which the app does not have`);
    exchange.fail({ tag: 'destination-not-found' });
  }

  #chain(exchange: Exchange, component: string | undefined, depth: number): void {
    const { request } = exchange;
    const { chain, warn } = this.#parts.context;
    if (depth > chainDepthMax) {
      warn(
        `component "${this.invocation.component.id}" was called through ${chainDepthMax} others: most likely they call in a circle`,
      );
      return exchange.fail({ tag: 'loop-detected' });
    }
    const { method, headers, authority } = request;
    const target = request.target.startsWith('/') ? request.target : `/${request.target}`;
    const body = request.body ? pipeBody(request.body) : IncomingBody.empty();
    const called = { component, method, headers, authority: component && authority, target, body, depth };
    const isSent = chain.send(called, answer => {
      const { status, headers: fields, body: answered } = answer;
      const isWhole = answered instanceof Uint8Array;
      if (!isWhole) exchange.onCancel(() => answered.cancel());
      if (exchange.isOver) return;
      const received = isWhole ? IncomingBody.whole(answered) : pipeBody(answered, () => exchange.end());
      exchange.respond({ status, headers: receivedFields(fields), body: received });
      if (isWhole) exchange.end();
    });
    if (!isSent) exchange.fail({ tag: 'connection-limit-reached' });
  }
}
