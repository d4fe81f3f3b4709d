// What the memories of all instances may take together, and what one instance has of it.

/** There is no room for another instance now. A RangeError, as V8's own when it can make no memory. */
export class NoMemory extends RangeError {
  constructor(bytes: number, max: number) {
    super(
      `there is no memory for another instance of ${bytes} bytes: all instances together may have ${max} (--max-total-memory)`,
    );
  }
}

/** One for all components of a thread. Counts what memories have in fact, whatever of it is resident. */
export class MemoryBudget {
  readonly max: number;
  #used = 0;

  /** In bytes. */
  constructor(max: number) {
    this.max = max;
  }

  get used(): number {
    return this.#used;
  }

  /** False when there is not so much left. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.max) return false;
    this.#used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}

export class InstanceMemory {
  readonly #budget: MemoryBudget;
  #bytes = 0;

  /** Takes what the instance begins with. Throws NoMemory. */
  constructor(budget: MemoryBudget, initialBytes: number) {
    this.#budget = budget;
    if (!this.take(initialBytes)) throw new NoMemory(initialBytes, budget.max);
  }

  take(bytes: number): boolean {
    if (!this.#budget.take(bytes)) return false;
    this.#bytes += bytes;
    return true;
  }

  /** The instance is gone. */
  give(): void {
    this.#budget.give(this.#bytes);
    this.#bytes = 0;
  }
}
