// The node:http server of an app: listens, hands each request to the handler, and stops without cutting requests off.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { TspinError } from '../../errors.ts';
import type { HttpHandler } from './handler.ts';
import { ClientAddresses, nodeRequest } from './node-request.ts';
import { FlushQueue } from './flush-queue.ts';
import { ResponseWriter } from './response-writer.ts';
import { TurnShare } from './turn-share.ts';

/** hyper's limit for the head of a request, and so Spin's; node's own would be 16 KB. */
const headBytesMax = 400 * 1024;
/** What is read and dropped of an upload that no guest reads any more; beyond it the connection is cut, as hyper cuts it at once. */
const drainedBytesMax = 64 * 1024 * 1024;
/** A client that sends its head slower than this is cut off. */
const headTimeoutMs = 60_000;

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export class HttpServer {
  readonly #handler: Pick<HttpHandler, 'handle'>;
  readonly #server: Server;
  readonly #clients = new ClientAddresses();
  readonly #flushes = new FlushQueue();
  readonly #turns = new TurnShare();
  #closing = false;

  constructor(handler: Pick<HttpHandler, 'handle'>) {
    this.#handler = handler;
    // To import it as a module would load all of undici with it, which takes longer than the rest of this thread's start.
    this.#server = process.getBuiltinModule('node:http').createServer({
      // A missing Host is dropped as Spin drops it, by nodeRequest.
      requireHostHeader: false,
      maxHeaderSize: headBytesMax,
      headersTimeout: headTimeoutMs,
      // Spin sets no deadline for a body or an idle connection.
      requestTimeout: 0,
      keepAliveTimeout: 0,
      // node joins some repeated headers otherwise; the raw ones are read anyway.
      joinDuplicateHeaders: false,
      noDelay: true,
      // What has no body is read as such: no stream is set going for it.
      optimizeEmptyRequests: true,
    });
    // node would drop headers above 2,000 without a word; the size of the head is the limit.
    this.#server.maxHeadersCount = 0;
    this.#server.on('connection', () => this.#turns.connectionArrived());
    this.#server.on('request', (request, response) => this.#take(request, response, nothing));
    this.#server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
      this.#take(request, response, () => {
        // After the answer's head it would be too late, and node throws.
        if (!response.headersSent) response.writeContinue();
      }),
    );
  }

  /** Resolves when the port is open. Throws TspinError when it cannot be. */
  async listen(address: ListenAddress, sharing?: 'shared'): Promise<ListenAddress> {
    await openPort(this.#server, { ...address, reusePort: sharing === 'shared' });
    return addressOf(this.#server);
  }

  /** Stops accepting, waits for the requests in flight at most `drainMs`, then cuts the rest. */
  async close(drainMs: number): Promise<void> {
    if (!this.#server.listening) return;
    const closed = Promise.withResolvers<void>();
    this.#server.close(() => closed.resolve());
    this.#closing = true;
    this.#server.closeIdleConnections();
    const deadline = setTimeout(() => this.#server.closeAllConnections(), drainMs);
    await closed.promise;
    clearTimeout(deadline);
  }

  #take(message: IncomingMessage, response: ServerResponse, beforeBody: () => void): void {
    const request = nodeRequest(message, this.#clients, beforeBody);
    if (!request) return void message.socket.destroy();
    const writer = new ResponseWriter(response, this.#flushes);
    response.on('close', () => {
      writer.clientGone();
      // A connection is not idle while its last response is still being read: look again when each is done.
      if (this.#closing) setImmediate(() => this.#server.closeIdleConnections());
    });
    this.#turns.take(() => {
      // The client is gone already: hyper, and so Spin, does not begin what nobody waits for.
      if (response.destroyed) return;
      // handle never rejects but for a bug, which ends the process with its stack, as it should.
      void this.#handler.handle(request, writer).then(() => {
        // Nobody reads the rest of the body now, and left unread it would hold up the next request on the connection.
        if (!request.body.ended && !message.readableEnded) drain(message);
      });
    });
  }
}

const nothing = (): void => {};

function drain(message: IncomingMessage): void {
  let left = drainedBytesMax;
  message.removeAllListeners('data').on('data', (chunk: Buffer) => {
    left -= chunk.byteLength;
    if (left < 0) message.socket.destroy();
  });
  message.resume();
}

/** Opens the port for this process alone and closes it again; gives what it was. Throws TspinError when it cannot be opened. */
export async function checkAddress(address: ListenAddress): Promise<ListenAddress> {
  const server = createTcpServer();
  await openPort(server, address);
  const actual = addressOf(server);
  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  await closed.promise;
  return actual;
}

function addressOf(server: TcpServer): ListenAddress {
  const { address, port } = server.address() as AddressInfo;
  return { host: address, port };
}

interface PortOptions extends ListenAddress {
  readonly reusePort?: boolean;
}

async function openPort(server: TcpServer, { host, port, reusePort = false }: PortOptions): Promise<void> {
  const opened = Promise.withResolvers<void>();
  server.once('error', opened.reject);
  server.listen({ host, port, reusePort }, opened.resolve);
  try {
    await opened.promise;
  } catch (error) {
    throw listenError(error, host, port);
  } finally {
    server.off('error', opened.reject);
  }
}

function listenError(error: unknown, host: string, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  switch (code) {
    case 'EADDRINUSE':
      return new TspinError('port-in-use', `${address} is in use by another process`, {
        help: ['choose another address with --listen, e.g. --listen 127.0.0.1:0 for any free port'],
        cause: error,
      });
    case 'EACCES':
      return new TspinError('port-not-permitted', `this user may not listen on ${address}`, {
        help: 'choose a port above 1023 with --listen',
        cause: error,
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new TspinError('address-not-available', `${host} is not an address of this machine`, {
        help: 'use --listen 127.0.0.1:3000 for this machine only, or --listen 0.0.0.0:3000 for every network it is in',
        cause: error,
      });
    default:
      return error;
  }
}
