// A received body as WASI 0.3 has it: a stream of its bytes, and a future of its trailers that comes after them.
import type { Result } from '../../wit/types.ts';
import type { FutureReader, StreamReader } from '../../wit/stream.ts';
import type { ErrorCode } from './error-code.ts';
import type { Fields } from './fields.ts';
import type { IncomingBody } from './incoming-body.ts';

/** What comes after a body: trailers, none of them, or why the body is not whole. */
export type Trailers = Result<Fields | undefined, ErrorCode>;

export class BodyStream implements StreamReader<Uint8Array> {
  readonly trailers: BodyTrailers;
  readonly #body: IncomingBody;
  #notify: (() => void) | undefined;

  constructor(body: IncomingBody) {
    this.#body = body;
    this.trailers = new BodyTrailers(body);
    if (!body.ended) body.onChange(() => this.#changed());
  }

  /** From now on the host alone moves the body. */
  keep(): void {
    this.#body.keep();
  }

  read(max: number): Uint8Array | undefined {
    const chunk = this.#body.take(max);
    if (this.#body.isAtEnd) this.trailers.changed();
    return chunk;
  }

  get ended(): boolean {
    return this.#body.isAtEnd;
  }

  whenReady(notify: () => void): void {
    if (this.#isReady) return notify();
    this.#notify = notify;
    this.#body.flow();
  }

  cancel(): void {
    this.#notify = undefined;
    this.#body.discard();
    this.trailers.bodyCancelled();
  }

  get #isReady(): boolean {
    return this.#body.hasBytes || this.#body.isAtEnd;
  }

  #changed(): void {
    const notify = this.#notify;
    if (notify && this.#isReady) {
      this.#notify = undefined;
      notify();
    }
    this.trailers.changed();
  }
}

export class BodyTrailers implements FutureReader<Trailers> {
  readonly abandoned = false;
  readonly #body: IncomingBody;
  #notify: (() => void) | undefined;
  #isBodyCancelled = false;
  #isCancelled = false;

  constructor(body: IncomingBody) {
    this.#body = body;
  }

  get settled(): { readonly value: Trailers } | undefined {
    const value = this.#body.trailers;
    return value && { value };
  }

  whenReady(notify: () => void): void {
    if (this.#body.isAtEnd) return notify();
    this.#notify = notify;
    // Asking is what makes an unread body flow to its end.
    this.#body.flow();
  }

  cancel(): void {
    this.#notify = undefined;
    this.#isCancelled = true;
    if (this.#isBodyCancelled) this.#body.cancel();
  }

  /** Nobody will read the bytes; somebody may still want the trailers. */
  bodyCancelled(): void {
    this.#isBodyCancelled = true;
    if (this.#isCancelled) this.#body.cancel();
    else this.changed();
  }

  /** The body may be at its end now. */
  changed(): void {
    const notify = this.#notify;
    if (!notify || !this.#body.isAtEnd) return;
    this.#notify = undefined;
    notify();
  }
}
