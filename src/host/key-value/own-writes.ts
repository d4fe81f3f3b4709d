// What an invocation has written and what is not yet on disk, so that it reads its own writes.
import type { Store } from './store.ts';

/** Undefined: the key was deleted. */
export interface OwnWrite {
  readonly value: Uint8Array | undefined;
}

export class OwnWrites {
  readonly #byLabel = new Map<string, Map<string, OwnWrite>>();
  #count = 0;
  #store: Store | undefined;
  #waiting: (() => void)[] = [];

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** The last that was written under the key. */
  get(label: string, key: string): OwnWrite | undefined {
    return this.#byLabel.get(label)?.get(key);
  }

  /** Some are on their way to another file: one that came after them must not be on disk before them. */
  areElsewhere(store: Store): boolean {
    return this.#count > 0 && this.#store !== store;
  }

  /** To be called with what it gives, when the write is on disk or failed. */
  add(store: Store, label: string, key: string, value: Uint8Array | undefined): () => void {
    const keys = this.#byLabel.get(label) ?? new Map<string, OwnWrite>();
    const write: OwnWrite = { value };
    this.#byLabel.set(label, keys.set(key, write));
    this.#store = store;
    this.#count += 1;
    return () => {
      if (keys.get(key) === write) keys.delete(key);
      this.#count -= 1;
      if (this.#count === 0) for (const tell of this.#waiting.splice(0)) tell();
    };
  }

  /** Resolves when all of them are on disk, or failed. */
  settled(): Promise<void> {
    return new Promise(resolve => {
      if (this.#count === 0) resolve();
      else this.#waiting.push(resolve);
    });
  }
}
