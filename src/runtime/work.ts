// How many guests of one thread are at work: counted in the memory that the ticker's thread looks at.

/** Words of the shared memory behind those of the engine. */
export const workWord = 2;

export interface Work {
  /** A guest is at work from now on. */
  began(): void;
  ended(): void;
  /**
   * Makes what is to be called whenever an invocation's guest has the thread again, for whoever wants to know what the thread
   * does; undefined when nobody does.
   */
  watcher?(component: string, cause: () => string): () => void;
}

export const wordsOf = (memory: WebAssembly.Memory): Int32Array<SharedArrayBuffer> =>
  new Int32Array(memory.buffer as ArrayBufferLike as SharedArrayBuffer);

export class WorkCount implements Work {
  readonly #words: Int32Array;

  constructor(memory: WebAssembly.Memory) {
    this.#words = wordsOf(memory);
  }

  /** Guests at work now, as any thread sees it. */
  get count(): number {
    return this.#words[workWord] ?? 0;
  }

  began(): void {
    this.#words[workWord]! += 1;
  }

  ended(): void {
    this.#words[workWord]! -= 1;
  }

  /** Its thread is gone, with all its guests. */
  reset(): void {
    this.#words.fill(0);
  }
}
