// Streams whose items are all there already.
import type { StreamReader } from './stream.ts';

/** A stream that has nothing. */
export const emptyStream: StreamReader<never> = {
  ended: true,
  read: () => undefined,
  whenReady: notify => notify(),
  cancel: () => {},
};

export class ListStream<T> implements StreamReader<T[]> {
  readonly #items: readonly T[];
  readonly #done: () => void;
  #next = 0;
  #isDone = false;

  /** `done` is called once, when nothing of it will be read any more. */
  constructor(items: readonly T[], done: () => void = () => {}) {
    this.#items = items;
    this.#done = done;
    if (items.length === 0) this.#finish();
  }

  get ended(): boolean {
    return this.#isDone;
  }

  read(max: number): T[] | undefined {
    if (this.#isDone) return undefined;
    const chunk = this.#items.slice(this.#next, this.#next + max);
    this.#next += chunk.length;
    if (this.#next === this.#items.length) this.#finish();
    return chunk;
  }

  whenReady(notify: () => void): void {
    notify();
  }

  cancel(): void {
    this.#finish();
  }

  #finish(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#done();
  }
}
