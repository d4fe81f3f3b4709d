// Open files and directories of the host that several objects use at once: a descriptor, its streams, operations under way.
import { Wakeup } from '../io/pollable.ts';
import { FilesystemError } from './error.ts';

export interface Closable {
  close(): Promise<void>;
}

/** Counts what is open in an app, so that its stop can wait until the last operation is done and all is closed. */
export class OpenCount {
  #open = 0;
  readonly #wakeup = new Wakeup();

  opened(): void {
    this.#open += 1;
  }

  closed(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#wakeup.wake();
  }

  /** Resolves when nothing is open. */
  async idle(): Promise<void> {
    while (this.#open > 0) await this.#wakeup.wait();
  }
}

/**
 * Closed when the last user has released it, and not before: an operation under way holds the number of a file descriptor,
 * which after a close would soon be another file's.
 */
export class Shared<T extends Closable> {
  readonly #object: T;
  readonly #count: OpenCount;
  /** The one who made it is the first. */
  #users = 1;

  constructor(object: T, count: OpenCount) {
    this.#object = object;
    this.#count = count;
    count.opened();
  }

  /** Another user, who must release it too. */
  retain(): this {
    if (this.#users === 0) throw new FilesystemError('bad-descriptor');
    this.#users += 1;
    return this;
  }

  release(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    // Nobody is left who could be told of an error, and there is nothing that the host could do about it.
    void this.#object.close().then(
      () => this.#count.closed(),
      () => this.#count.closed(),
    );
  }

  async use<R>(work: (object: T) => Promise<R>): Promise<R> {
    this.retain();
    try {
      return await work(this.#object);
    } finally {
      this.release();
    }
  }
}
