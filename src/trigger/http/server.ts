// The server of an app's port: HTTP/1 and HTTP/2, plain or over TLS; it stops without cutting requests off.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { drain } from './drain.ts';
import { Exchanges } from './exchanges.ts';
import type { HttpHandler } from './handler.ts';
import { http1Options, headTimeoutMs } from './http1-limits.ts';
import { clientOf } from './http1-client.ts';
import { Http1Sink } from './http1-sink.ts';
import { Http2Connections } from './http2-connections.ts';
import { nodeRequest } from './node-request.ts';
import { openPort, type ListenAddress } from './port.ts';
import { http2Start, type ParserError } from './preface.ts';

/** Certificate and key in PEM. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

export interface ServerOptions {
  /** HTTPS; undefined: HTTP. */
  readonly tls?: TlsIdentity | undefined;
  /** The most that the head of a request of HTTP/1 may have, in bytes. */
  readonly headBytesMax?: number | undefined;
}

export class HttpServer {
  readonly #exchanges: Exchanges;
  readonly #server: Server;
  readonly #scheme: 'http' | 'https';
  readonly #http2: Http2Connections;
  /** Connections under TLS, also those that are not agreed on yet, which node:https cannot cut. */
  readonly #secured = new Set<Socket>();
  #closing = false;

  constructor(handler: Pick<HttpHandler, 'handle'>, options: ServerOptions = {}) {
    this.#scheme = options.tls ? 'https' : 'http';
    this.#exchanges = new Exchanges(handler);
    this.#http2 = new Http2Connections(this.#exchanges, this.#scheme);
    this.#server = newServer(options);
    this.#server.on('connection', () => this.#exchanges.connectionArrived());
    if (options.tls) this.#splitSecure();
    this.#server.on('clientError', (error: ParserError, socket) => this.#refuse(error, socket as Socket));
    this.#server.on('request', (request, response) => this.#take(request, response, nothing));
    this.#server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
      this.#take(request, response, () => {
        // After the answer's head it would be too late, and node throws.
        if (!response.headersSent) response.writeContinue();
      }),
    );
  }

  /** Resolves when the port is open. Throws TspinError when it cannot be. */
  listen(address: ListenAddress, sharing?: 'shared'): Promise<ListenAddress> {
    return openPort(this.#server, { ...address, reusePort: sharing === 'shared' });
  }

  /** Stops accepting, waits for the requests in flight at most `drainMs`, then cuts the rest. */
  async close(drainMs: number): Promise<void> {
    if (!this.#server.listening) return;
    const closed = Promise.withResolvers<void>();
    this.#server.close(() => closed.resolve());
    this.#closing = true;
    this.#http2.finish();
    this.#server.closeIdleConnections();
    const deadline = setTimeout(() => {
      this.#server.closeAllConnections();
      this.#http2.cut();
      for (const socket of this.#secured) socket.destroy();
    }, drainMs);
    await closed.promise;
    clearTimeout(deadline);
  }

  /** Over TLS both sides have agreed on HTTP/2 (RFC 9113 3.2): node:http does not see such connections. */
  #splitSecure(): void {
    const [takeHttp1] = this.#server.listeners('secureConnection');
    if (!takeHttp1) throw new Error('node:https does not listen to its connections');
    this.#server.removeAllListeners('secureConnection');
    this.#server.on('connection', (socket: Socket) => {
      this.#secured.add(socket);
      socket.once('close', () => this.#secured.delete(socket));
    });
    this.#server.on('secureConnection', (socket: TLSSocket) => {
      if (socket.alpnProtocol === 'h2') this.#http2.take(socket);
      else takeHttp1.call(this.#server, socket);
    });
  }

  /** node's parser found what is no HTTP/1. */
  #refuse(error: ParserError, socket: Socket): void {
    // It still says so when it is no longer asked.
    if (this.#http2.has(socket)) return;
    const start = this.#scheme === 'http' ? http2Start(error, socket) : undefined;
    if (!start) return clientOf(socket).refuse(error);
    // From here on node:http is given nothing of it; its parser is let go with the connection.
    // (Its listener to `pause` would stop the connection itself.)
    for (const event of ['data', 'pause', 'resume']) socket.removeAllListeners(event);
    socket.pause().unshift(start);
    this.#http2.take(socket);
  }

  #take(message: IncomingMessage, response: ServerResponse, beforeBody: () => void): void {
    const client = clientOf(message.socket);
    const request = nodeRequest(message, { scheme: this.#scheme, clientAddress: client.address, beforeBody });
    if (request === 'malformed') return client.refuse();
    if (!request) return void message.socket.destroy();
    client.begun(response, request.body);
    const writer = this.#exchanges.begin(request, new Http1Sink(response), () => {
      // Nobody reads the rest of the body now, and left unread it would hold up the next request on the connection.
      if (!request.body.ended && !message.readableEnded) drain(message, () => message.socket.destroy());
    });
    response.on('close', () => {
      client.ended();
      writer.clientGone();
      // A connection is not idle while its last response is still being read: look again when each is done.
      if (this.#closing) setImmediate(() => this.#server.closeIdleConnections());
    });
  }
}

const nothing = (): void => {};

/** To import them as modules would load all of undici with them, which takes longer than the rest of this thread's start. */
function newServer({ tls, headBytesMax }: ServerOptions): Server {
  const options = http1Options(headBytesMax);
  const server = tls
    ? process.getBuiltinModule('node:https').createServer({
        ...options,
        ...tls,
        ALPNProtocols: ['h2', 'http/1.1'],
        handshakeTimeout: headTimeoutMs,
      })
    : process.getBuiltinModule('node:http').createServer(options);
  // node would drop headers above 2,000 without a word; the size of the head is the limit.
  server.maxHeadersCount = 0;
  return server;
}
