// The readable end of a stream or future that a guest writes, as host code holds it.
import type { FutureReader, StreamReader } from '../../wit/stream.ts';
import type { WitNode } from '../../wit/types.ts';
import type { GuestStream, HostListener } from './guest-stream.ts';

export class HostStreamReader implements StreamReader<unknown>, HostListener {
  readonly #stream: GuestStream;
  readonly #type: WitNode | undefined;
  #notify: (() => void) | undefined;

  /** `type`: of an item, as the host declares it. */
  constructor(stream: GuestStream, type: WitNode | undefined) {
    this.#stream = stream;
    this.#type = type;
    stream.listen(this);
  }

  get ended(): boolean {
    return this.#stream.writerIsGone && !this.#stream.hasItems;
  }

  read(max: number): unknown {
    return this.#stream.take(this.#type, max);
  }

  whenReady(notify: () => void): void {
    if (this.#stream.hasItems || this.#stream.writerIsGone) return notify();
    this.#notify = notify;
    this.#stream.wantItems();
  }

  cancel(): void {
    this.#notify = undefined;
    this.#stream.readerLeaves();
  }

  changed(): void {
    const notify = this.#notify;
    if (!notify) return;
    this.#stream.wantItems();
    if (!this.#stream.hasItems && !this.#stream.writerIsGone) return;
    this.#notify = undefined;
    notify();
  }
}

export class HostFutureReader implements FutureReader<unknown>, HostListener {
  readonly #stream: GuestStream;
  readonly #type: WitNode | undefined;
  #settled: { readonly value: unknown } | undefined;
  #notify: (() => void) | undefined;

  constructor(stream: GuestStream, type: WitNode | undefined) {
    this.#stream = stream;
    this.#type = type;
    stream.listen(this);
    this.changed();
  }

  get settled(): { readonly value: unknown } | undefined {
    return this.#settled;
  }

  get abandoned(): boolean {
    return !this.#settled && this.#stream.writerIsGone;
  }

  whenReady(notify: () => void): void {
    if (this.#settled || this.abandoned) notify();
    else this.#notify = notify;
  }

  cancel(): void {
    this.#notify = undefined;
    if (!this.#settled) this.#stream.readerLeaves();
  }

  changed(): void {
    if (!this.#settled && this.#stream.hasItems) {
      const [value] = this.#stream.take(this.#type, 1) as readonly unknown[];
      this.#settled = { value };
    }
    if (!this.#settled && !this.abandoned) return;
    const notify = this.#notify;
    this.#notify = undefined;
    notify?.();
  }
}
