// Requests over the network, by undici: its pools of connections, one set for each kind of TLS; made when the first request is.
import { isIP } from 'node:net';
import type { Agent, buildConnector, Dispatcher } from 'undici';
import type { OutboundHttpSection } from '../../manifest/runtime-config/outbound.ts';
import type { Destination } from '../../manifest/outbound-host/destination.ts';
import { DestinationProhibited, type BlockedNetworks } from '../outbound/blocked-networks.ts';
import type { ClientTls, TlsOptions } from './client-tls.ts';
import { ConnectionLimit } from './connection-limit.ts';
import type { Exchange } from './exchange.ts';
import { NetworkExchange } from './network-exchange.ts';
import { requestBody, type RequestBody } from './request-body.ts';

/** hyper's limit for the head of a response, and so Spin's. */
const headBytesMax = 400 * 1024;
/** A connection that is not there after this is given up, whoever still waits for it. */
const connectMs = 600_000;

export interface NetworkClientParts {
  readonly settings: OutboundHttpSection;
  /** `host:port` of a server of http that speaks HTTP/2, and is known to (spin-behaviour 2.8). */
  readonly http2Authority: string | undefined;
  readonly blocked: BlockedNetworks;
  readonly tls: ClientTls;
  readonly limit: ConnectionLimit;
}

/** Who asks, and what to tell him. */
export interface Sender {
  readonly component: string;
  readonly warn: (message: string) => void;
}

type Undici = typeof import('undici');

export class NetworkClient {
  readonly #parts: NetworkClientParts;
  readonly #agents = new Map<TlsOptions, Agent>();
  #http2Agent: Agent | undefined;
  #undici: Promise<Undici> | undefined;

  constructor(parts: NetworkClientParts) {
    this.#parts = parts;
  }

  /** Begins the exchange; what becomes of it is said to it alone. */
  async send(exchange: Exchange, to: Destination, { component, warn }: Sender): Promise<void> {
    const { limit, tls } = this.#parts;
    if (!(await limit.take(exchange.request.timeouts.connectMs))) return exchange.fail({ tag: 'connection-limit-reached' });
    exchange.onEnd(() => limit.give());
    let network: NetworkExchange | undefined;
    const body = await requestBody(exchange.request.body, {
      aborted: reason => network?.abortUpload(reason),
      trailersDropped: () => warn('sent trailers with an outbound HTTP request, which are dropped'),
    });
    const undici = await (this.#undici ??= import('undici'));
    if (exchange.isOver) return;
    network = new NetworkExchange(exchange);
    try {
      this.#agentFor(undici, exchange, () => tls.for(component, to.host)).dispatch(this.#options(exchange, to, body), network);
    } catch (error) {
      network.refuse(error);
    }
  }

  async close(): Promise<void> {
    const agents = [...this.#agents.values(), ...(this.#http2Agent ? [this.#http2Agent] : [])];
    await Promise.all(agents.map(agent => agent.destroy()));
  }

  #options({ request }: Exchange, to: Destination, body: RequestBody): Dispatcher.DispatchOptions {
    const host = isIP(to.host) === 6 ? `[${to.host}]` : to.host;
    return {
      origin: `${to.scheme}://${host}${to.port === undefined ? '' : `:${to.port}`}`,
      path: asciiTarget(request.target),
      method: request.method,
      headers: request.headers.flatMap(([name, value]) => (name === 'expect' ? [] : [name, latin1(value)])),
      // undici takes any iterable; its types know of streams only.
      body: (body as Dispatcher.DispatchOptions['body']) ?? null,
      // The request's own clocks are exact to the millisecond, undici's are not.
      headersTimeout: 0,
      bodyTimeout: 0,
    };
  }

  #agentFor(undici: Undici, { request }: Exchange, tls: () => TlsOptions): Agent {
    const isHttp2 = request.scheme.toLowerCase() === 'http' && request.authority === this.#parts.http2Authority;
    if (!isHttp2) return this.#agent(undici, tls());
    this.#http2Agent ??= new undici.Agent({
      connect: this.#connector(undici, { useH2c: true }),
      h2Options: { useH2c: true },
      maxHeaderSize: headBytesMax,
    });
    return this.#http2Agent;
  }

  #agent(undici: Undici, tls: TlsOptions): Agent {
    let agent = this.#agents.get(tls);
    if (!agent) {
      agent = new undici.Agent({
        connect: this.#connector(undici, tls),
        // With 0 no connection is kept for another request.
        pipelining: this.#parts.settings.connectionPooling ? 1 : 0,
        maxHeaderSize: headBytesMax,
      });
      this.#agents.set(tls, agent);
    }
    return agent;
  }

  /** Connects to addresses that are not blocked only: those that a name stands for at that moment. */
  #connector({ buildConnector: build }: Undici, given: TlsOptions | { readonly useH2c: true }): buildConnector.connector {
    const { blocked } = this.#parts;
    const connect = build({ ...given, timeout: connectMs, lookup: blocked.lookup });
    return (options, done) => {
      const host = options.hostname.replace(/^\[|\]$/g, '');
      // Of an address nothing is looked up.
      if (blocked.blocks(host)) return done(new DestinationProhibited(host), null);
      return connect({ ...options, hostname: host }, done);
    };
  }
}

/** What is not ASCII is percent-encoded: wasi:http lets a guest write it, and few servers take it as it is. */
const asciiTarget = (target: string): string =>
  (target.startsWith('/') ? target : `/${target}`).replaceAll(/[\u0080-\u{10ffff}]+/gu, encodeURIComponent);

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
