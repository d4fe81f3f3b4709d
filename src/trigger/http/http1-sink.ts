// An answer over HTTP/1: through node:http's response.
import type { ServerResponse } from 'node:http';
import type { Fields } from '../../host/wasi-http/fields.ts';
import { latin1, wholeHead, type Drainable, type ResponseHead, type ResponseSink } from './response-sink.ts';

/** As text, node joins a body to its head: one write of one piece, where bytes would be a second one. */
const textBytesMax = 4 * 1024;

export class Http1Sink implements ResponseSink {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  get isGone(): boolean {
    return this.#response.destroyed;
  }

  begin(): void {
    // node would add `connection` and `keep-alive`; hyper, and so Spin, does not (spin-behaviour 2.6).
    this.#response.removeHeader('connection');
  }

  sendWhole(head: ResponseHead, bytes: Uint8Array): void {
    this.#response.writeHead(head.status, wholeHead(head, bytes, this.#response.req.method ?? 'GET'));
    if (bytes.byteLength > textBytesMax) this.#response.end(bytes);
    else this.#response.end(latin1(bytes), 'latin1');
  }

  sendHead({ status, headers }: ResponseHead): void {
    const isChunked = this.#response.req.httpVersion === '1.1' && !headers.some(([name]) => name === 'content-length');
    const raw: string[] = [];
    for (const [name, value] of headers) {
      // Only a chunked body can have trailers, and node throws when others are announced.
      if (name === 'trailer' && !isChunked) continue;
      raw.push(name, latin1(value));
    }
    this.#response.writeHead(status, raw);
    this.#response.flushHeaders();
  }

  write(chunk: Uint8Array, writer: Drainable): boolean {
    if (this.#response.write(chunk)) return true;
    this.#response.once('drain', () => writer.drained());
    return false;
  }

  finish(trailers: Fields | undefined): void {
    if (trailers) {
      this.#response.addTrailers(trailers.entries.map(([name, value]): [string, string] => [name, latin1(value)]));
    }
    this.#response.end();
  }

  /** Without the last chunk the client knows that it has not got all. */
  cut(): void {
    const { socket } = this.#response;
    // What was written goes out first: node hands it to the socket at the end of this tick.
    if (socket) setImmediate(() => socket.destroySoon());
    else this.#response.destroy();
  }
}
