// How a guest gives way: instrumented code reads a word of shared memory, which another thread sets now and then.

/** Words of the shared memory. */
export const epochWords = {
  /** Not zero: whoever computes gives way. Set by another thread. */
  tick: 0,
  /** Not zero: the guest runs on top of a JavaScript frame and cannot be suspended. */
  held: 1,
} as const;

/** One for all instances of a thread. */
export class Preemption {
  /** Imported by every instrumented module: shared, of one page. */
  readonly memory: WebAssembly.Memory;
  readonly words: Int32Array;
  readonly #waiting: (() => void)[] = [];

  constructor(memory: WebAssembly.Memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })) {
    this.memory = memory;
    this.words = new Int32Array(memory.buffer);
  }

  /**
   * Resolves in a later turn of the event loop, in which no other guest that gave way goes on: between any two of them the
   * loop serves whatever else there is.
   */
  giveWay(): Promise<void> {
    this.passed();
    return new Promise(resolve => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) setImmediate(() => this.#next());
    });
  }

  /** A tick was heard. */
  passed(): void {
    this.words[epochWords.tick] = 0;
  }

  /** Runs `call`, whose guest code cannot be suspended because JavaScript called it. */
  held<T>(call: () => T): T {
    const { words } = this;
    words[epochWords.held]! += 1;
    try {
      return call();
    } finally {
      words[epochWords.held]! -= 1;
    }
  }

  #next(): void {
    this.#waiting[0]?.();
    this.#waiting.shift();
    if (this.#waiting.length > 0) setImmediate(() => this.#next());
  }
}
