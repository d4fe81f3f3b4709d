// A client of HTTP/1 at the other end of a connection: who it is, what it is owed, and how it is refused.
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { IncomingBody } from '../../host/wasi-http/incoming-body.ts';

/**
 * A client that is refused may still be sending. Were its connection closed at once, the system would throw away what it has not
 * read yet, our answer among it. So what it sends is read and dropped for so long.
 */
const lingerMs = 1_000;

/** By node's names of errors; 400 for the rest. */
const statusLines: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** The connection ended in the middle of a request: that is no mistake of anybody's. */
const goneCodes: ReadonlySet<string> = new Set(['HPE_INVALID_EOF_STATE', 'ECONNRESET', 'EPIPE']);

export class Http1Client {
  /** `127.0.0.1:54321` */
  readonly address: string;
  readonly #socket: Socket;
  /** Requests that are not answered to the end. */
  #open = 0;
  #last: { readonly response: ServerResponse; readonly body: IncomingBody } | undefined;
  #isRefused = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.address = addressOf(socket);
  }

  begun(response: ServerResponse, body: IncomingBody): void {
    this.#open += 1;
    this.#last = { response, body };
  }

  ended(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#last = undefined;
  }

  /** It sent what is no HTTP, or too slowly: answered behind what it is owed, then its connection is closed. */
  refuse({ code = '' }: NodeJS.ErrnoException | { readonly code?: string } = {}): void {
    // node says it again for every piece that still comes.
    if (this.#isRefused) return;
    this.#isRefused = true;
    const answer = `HTTP/1.1 ${statusLines[code] ?? '400 Bad Request'}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`;
    const last = this.#last;
    if (!last) return this.#part(answer);
    if (last.response.req.complete) {
      // The mistake is in the request after it: as if that had been read when its turn came.
      last.response.once('close', () => this.#part(answer));
      return;
    }
    last.body.fail({ tag: goneCodes.has(code) ? 'connection-terminated' : 'HTTP-protocol-error' });
    // An answer that has begun can only be cut off; one before it that has not been sent has to be dropped with it.
    this.#part(this.#open === 1 && !last.response.headersSent ? answer : '');
  }

  #part(answer: string): void {
    const socket = this.#socket;
    if (!socket.writable || answer === '') return void socket.destroy();
    socket.end(answer);
    const timer = setTimeout(() => socket.destroy(), lingerMs);
    socket.once('close', () => clearTimeout(timer));
  }
}

/** `127.0.0.1:54321` */
export const addressOf = ({ remoteAddress = '0.0.0.0', remotePort = 0, remoteFamily }: Socket): string =>
  remoteFamily === 'IPv6' ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`;

const known = Symbol('tspin.client');

/** Kept on the socket itself: a WeakMap of clients, which know their sockets, costs a connection several µs of garbage collection. */
type KnownSocket = Socket & { [known]?: Http1Client };

/** Who is at the other end of a connection: asked for once, known for every request. */
export const clientOf = (socket: KnownSocket): Http1Client => (socket[known] ??= new Http1Client(socket));
