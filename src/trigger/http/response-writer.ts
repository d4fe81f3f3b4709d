// Writes an answer to its client: head, body and end in one go when they are known, else with backpressure.
import type { OutgoingBody } from '../../host/wasi-http/outgoing-body.ts';
import { nothing, type HttpAnswer, type HttpResponder } from './exchange.ts';
import type { FlushQueue } from './flush-queue.ts';
import type { ResponseHead, ResponseSink } from './response-sink.ts';

/** Bodies up to this many bytes, finished before the head is sent, get a content-length and leave in one write. */
const gatherBytesMax = 64 * 1024;

export class ResponseWriter implements HttpResponder {
  readonly #sink: ResponseSink;
  readonly #flushes: FlushQueue;
  #head: ResponseHead | undefined;
  #body: OutgoingBody | undefined;
  #scheduled = false;
  #full = false;

  constructor(sink: ResponseSink, flushes: FlushQueue) {
    this.#sink = sink;
    this.#flushes = flushes;
  }

  /** What the guest still writes fails. */
  clientGone(): void {
    this.#body?.cancel();
  }

  /** The client takes more again. */
  drained(): void {
    this.#full = false;
    this.#pump();
  }

  /** Sends what there is, now. */
  flush(): void {
    this.#scheduled = false;
    if (!this.#full) this.#pump();
  }

  answer({ status, headers, body }: HttpAnswer): void {
    this.#sink.begin();
    this.#head = { status, headers };
    if (body instanceof Uint8Array) return this.#whole(body);
    if (this.#sink.isGone) return body.cancel();
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
    if (!body || this.#sink.isGone) return;
    if (this.#head) {
      if (this.#gather(body)) return;
      this.#sink.sendHead(this.#head);
      this.#head = undefined;
    }
    for (let chunk = body.take(); chunk; chunk = body.take()) {
      if (this.#sink.write(chunk, this)) continue;
      this.#full = true;
      return;
    }
    const { outcome } = body;
    if (outcome?.kind === 'finished') this.#sink.finish(outcome.trailers);
    if (outcome?.kind === 'aborted') this.#sink.cut();
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
    const head = this.#head;
    if (!head) return;
    this.#head = undefined;
    this.#sink.sendWhole(head, bytes);
  }
}
