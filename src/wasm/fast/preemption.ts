// How a guest gives way: instrumented code reads a word of shared memory, which another thread sets now and then.

/** Words of the shared memory. */
export const epochWords = {
  /** Not zero: whoever computes gives way. Set by another thread. */
  tick: 0,
  /** Not zero: the guest runs on top of a JavaScript frame and cannot be suspended. */
  held: 1,
} as const;

/** One for all instances of a thread. */
export interface Preemption {
  /** Imported by every instrumented module: shared, of one page. */
  readonly memory: WebAssembly.Memory;
  readonly words: Int32Array;
}

/** Nothing sets its tick but `words[tick]`. */
export function createPreemption(
  memory: WebAssembly.Memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }),
): Preemption {
  return { memory, words: new Int32Array(memory.buffer) };
}
