// Writes an answer to a node:http response: head, body and end in one go when they are known, else with backpressure.
import type { ServerResponse } from 'node:http';
import type { Entry } from '../../host/wasi-http/fields.ts';
import type { OutgoingBody } from '../../host/wasi-http/outgoing-body.ts';
import type { FlushQueue } from './flush-queue.ts';
import { isBodiless, nothing, type HttpAnswer, type HttpResponder } from './exchange.ts';

/** Bodies up to this many bytes, finished before the head is sent, get a content-length and leave in one write. */
const gatherBytesMax = 64 * 1024;
/** As text, node joins a body to its head: one write of one piece, where bytes would be a second one. */
const textBytesMax = 4 * 1024;

export class ResponseWriter implements HttpResponder {
  readonly #response: ServerResponse;
  readonly #flushes: FlushQueue;
  #head: { readonly status: number; readonly headers: readonly Entry[] } | undefined;
  #body: OutgoingBody | undefined;
  #lengthDeclared = false;
  #scheduled = false;
  #full = false;

  constructor(response: ServerResponse, flushes: FlushQueue) {
    this.#response = response;
    this.#flushes = flushes;
  }

  /** What the guest still writes fails. */
  clientGone(): void {
    this.#body?.cancel();
  }

  /** Sends what there is, now. */
  flush(): void {
    this.#scheduled = false;
    if (!this.#full) this.#pump();
  }

  answer({ status, headers, body }: HttpAnswer): void {
    // node would add `connection` and `keep-alive`; hyper, and so Spin, does not (spin-behaviour 2.6).
    this.#response.removeHeader('connection');
    this.#lengthDeclared = headers.some(([name]) => name === 'content-length');
    this.#head = { status, headers };
    if (body instanceof Uint8Array) return this.#whole(body);
    if (this.#response.destroyed) return body.cancel();
    this.#body = body;
    body.attach(() => this.#schedule());
    // The head goes out also when the guest takes its time over the first bytes.
    this.#schedule();
  }

  /** The guest's next steps often follow at once, so the write waits until it has given way. */
  #schedule(): void {
    if (this.#scheduled || this.#full) return;
    this.#scheduled = true;
    this.#flushes.add(this);
  }

  #pump(): void {
    const body = this.#body;
    if (!body || this.#response.destroyed) return;
    if (this.#head && this.#gather(body)) return;
    if (this.#head) {
      this.#sendHead();
      this.#response.flushHeaders();
    }
    for (let chunk = body.take(); chunk; chunk = body.take()) {
      if (this.#response.write(chunk)) continue;
      this.#full = true;
      this.#response.once('drain', () => {
        this.#full = false;
        this.#pump();
      });
      return;
    }
    this.#finish(body);
  }

  /** Sends everything at once when the body is already whole and small; false when it is not. */
  #gather(body: OutgoingBody): boolean {
    const { finished } = body;
    if (!finished || finished.trailers || finished.bytes > gatherBytesMax) return false;
    const first = body.take() ?? nothing;
    let next = body.take();
    if (!next) {
      this.#whole(first);
      return true;
    }
    const chunks = [first];
    for (; next; next = body.take()) chunks.push(next);
    this.#whole(Buffer.concat(chunks));
    return true;
  }

  #whole(bytes: Uint8Array): void {
    this.#sendHead(bytes.byteLength);
    if (bytes.byteLength > textBytesMax) this.#response.end(bytes);
    else this.#response.end(latin1(bytes), 'latin1');
  }

  /** `bytes`: the body's length, when it is known. */
  #sendHead(bytes?: number): void {
    const head = this.#head;
    if (!head) return;
    this.#head = undefined;
    const { status, headers } = head;
    const { req } = this.#response;
    const isChunked = bytes === undefined && !this.#lengthDeclared && req.httpVersion === '1.1';
    const hasLength = bytes !== undefined && (!isBodiless(req.method ?? 'GET', status) || status === 205);
    const raw: string[] = [];
    for (const [name, value] of headers) {
      // Only a chunked body can have trailers, and node throws when others are announced.
      if (name === 'trailer' && !isChunked) continue;
      // The guest may have declared a length and given no body: the client would wait for it.
      if (name === 'content-length' && hasLength) continue;
      raw.push(name, latin1(value));
    }
    if (hasLength) raw.push('content-length', String(bytes));
    this.#response.writeHead(status, raw);
  }

  #finish(body: OutgoingBody): void {
    const { outcome } = body;
    if (outcome?.kind === 'finished') {
      if (outcome.trailers)
        this.#response.addTrailers(outcome.trailers.entries.map(([name, value]): [string, string] => [name, latin1(value)]));
      this.#response.end();
    }
    // Without the last chunk the client knows that it has not got all.
    if (outcome?.kind === 'aborted') this.#cut();
  }

  #cut(): void {
    const { socket } = this.#response;
    // What was written goes out first: node hands it to the socket at the end of this tick.
    if (socket) setImmediate(() => socket.destroySoon());
    else this.#response.destroy();
  }
}

/** node writes header strings as latin1, so bytes pass through unchanged. */
function latin1(bytes: Uint8Array): string {
  const buffer = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString('latin1');
}
