// How a guest gives way: instrumented code reads a word of shared memory, which another thread sets now and then.
import { Trap } from '../../wit/trap.ts';

/** Words of the shared memory. */
export const epochWords = {
  /** Not zero: whoever computes gives way. Set by another thread. */
  tick: 0,
  /** Not zero: the guest runs on top of a JavaScript frame and cannot be suspended. */
  held: 1,
} as const;

/** What runs on top of a JavaScript frame holds up the whole thread: no realloc or post-return takes so long but by mistake. */
const heldMsMax = 10_000;

/** One for all instances of a thread. */
export class Preemption {
  /** Imported by every instrumented module: shared, of one page. */
  readonly memory: WebAssembly.Memory;
  readonly words: Int32Array;
  readonly #waiting: (() => void)[] = [];
  readonly #heldMsMax: number;
  /** The guest that heard the last tick. */
  #heard: object | undefined;
  /** When the first tick was heard of what is held now. */
  #heldSince: number | undefined;

  /** `memory`: from `newMemory`. `heldMsMax`: how long a guest may compute where it cannot be suspended. */
  constructor(options: { readonly memory?: WebAssembly.Memory; readonly heldMsMax?: number } = {}) {
    this.memory = options.memory ?? Preemption.newMemory();
    this.words = new Int32Array(this.memory.buffer);
    this.#heldMsMax = options.heldMsMax ?? heldMsMax;
  }

  /** It may be posted to the thread that is to use it. */
  static newMemory(): WebAssembly.Memory {
    return new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  }

  /**
   * A tick was heard by `guest`: true when it has heard the one before too. A guest that began only just is let be: among
   * many short requests the tick meets any of them, and those that gave way would wait for ever more others.
   */
  isOverdue(guest: object): boolean {
    this.passed();
    const isOverdue = this.#heard === guest;
    this.#heard = isOverdue ? undefined : guest;
    return isOverdue;
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

  /** A tick was heard where the guest cannot be suspended. Throws Trap when it has computed there for too long. */
  passedHeld(): void {
    this.passed();
    const now = performance.now();
    this.#heldSince ??= now;
    if (now - this.#heldSince < this.#heldMsMax) return;
    throw new Trap(
      `it computed for ${this.#heldMsMax / 1000} s in realloc, post-return or its start, where others have to wait for it`,
    );
  }

  /** Runs `call`, whose guest code cannot be suspended because JavaScript called it. */
  held<T>(call: () => T): T {
    this.hold();
    try {
      return call();
    } finally {
      this.release();
    }
  }

  /** As `held`, from now until `release`. */
  hold(): void {
    this.words[epochWords.held]! += 1;
  }

  release(): void {
    this.words[epochWords.held]! -= 1;
    this.#heldSince = undefined;
  }

  #next(): void {
    this.#waiting[0]?.();
    this.#waiting.shift();
    if (this.#waiting.length > 0) setImmediate(() => this.#next());
  }
}
