// An answer over HTTP/2: through a stream of node:http2.
import type { ServerHttp2Stream } from 'node:http2';
import type { Fields } from '../../host/wasi-http/fields.ts';
import { latin1, wholeHead, type Drainable, type ResponseHead, type ResponseSink } from './response-sink.ts';

/** RFC 9113 7: what node:http2's constants say, which would have to be loaded for it. */
const internalError = 2;

/** node sends no higher one. A client takes all that it does not know for a failure of the server (RFC 9110 15). */
const statusMax = 599;

export class Http2Sink implements ResponseSink {
  readonly #stream: ServerHttp2Stream;
  readonly #method: string;
  #trailers: Fields | undefined;

  constructor(stream: ServerHttp2Stream, method: string) {
    this.#stream = stream;
    this.#method = method;
  }

  get isGone(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  begin(): void {}

  sendWhole(head: ResponseHead, bytes: Uint8Array): void {
    if (this.isGone) return;
    this.#respond(
      head.status,
      wholeHead({ ...head, headers: head.headers.filter(([name]) => isAllowed(name)) }, bytes, this.#method),
      bytes.byteLength === 0 ? 'whole' : 'last',
    );
    if (bytes.byteLength > 0) this.#stream.end(bytes);
  }

  sendHead({ status, headers }: ResponseHead): void {
    const raw: string[] = [];
    for (const [name, value] of headers) if (isAllowed(name)) raw.push(name, latin1(value));
    this.#respond(status, raw, 'trailed');
    this.#stream.once('wantTrailers', () => {
      if (!this.isGone) this.#stream.sendTrailers(headersOf(this.#trailers));
    });
  }

  write(chunk: Uint8Array, writer: Drainable): boolean {
    if (this.#stream.write(chunk)) return true;
    this.#stream.once('drain', () => writer.drained());
    return false;
  }

  finish(trailers: Fields | undefined): void {
    this.#trailers = trailers;
    this.#stream.end();
  }

  /** A reset tells the client that it has not got all; node sends what was written before it. */
  cut(): void {
    this.#stream.close(internalError);
  }

  #respond(status: number, raw: string[], body: 'whole' | 'last' | 'trailed'): void {
    raw.push(':status', String(Math.min(status, statusMax)));
    this.#stream.respond(raw, { endStream: body === 'whole', waitForTrailers: body === 'trailed' });
  }
}

/** `te` is of the connection: a response may not have it (RFC 9113 8.2.2). Of such headers it alone is a guest's to set. */
const isAllowed = (name: string): boolean => name !== 'te';

/** As node takes them for trailers: values of one name together. */
function headersOf(trailers: Fields | undefined): Record<string, string[]> {
  const headers = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of trailers?.entries ?? []) if (isAllowed(name)) (headers[name] ??= []).push(latin1(value));
  return headers;
}
