// A future whose value host code gives.
import type { FutureReader } from './stream.ts';

export class FutureValue<T> implements FutureReader<T> {
  readonly abandoned = false;
  #settled: { readonly value: T } | undefined;
  #cancelled = false;
  #notify: (() => void) | undefined;

  /** A future that has its value already. */
  static of<T>(value: T): FutureValue<T> {
    const future = new FutureValue<T>();
    future.resolve(value);
    return future;
  }

  get settled(): { readonly value: T } | undefined {
    return this.#settled;
  }

  /** Nobody will read it. */
  get cancelled(): boolean {
    return this.#cancelled;
  }

  /** Gives the value; only the first counts. */
  resolve(value: T): void {
    if (this.#settled) return;
    this.#settled = { value };
    const notify = this.#notify;
    this.#notify = undefined;
    notify?.();
  }

  whenReady(notify: () => void): void {
    if (this.#settled) notify();
    else this.#notify = notify;
  }

  cancel(): void {
    this.#cancelled = true;
    this.#notify = undefined;
  }
}
