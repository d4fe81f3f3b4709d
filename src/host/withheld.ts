// What an invocation may not say yet: its guest was told of writes as done that are still on their way to the disk (ADR 023).

/** To be called once: when the write is on disk, or with the reason why it never will be. */
export type Kept = (failure?: string) => void;

/** What one invocation may have on its way: a guest that writes without end has to wait like any other. */
const writesMax = 256;
const bytesMax = 1024 * 1024;

export class Withheld {
  #writes = 0;
  #bytes = 0;
  #failure: string | undefined;
  #hasLeft = false;
  #waiting: ((failure: string | undefined) => void)[] = [];

  /** Nothing is on its way. */
  get isEmpty(): boolean {
    return this.#writes === 0;
  }

  /**
   * The guest may be told that a write of so many bytes is done. Undefined: it may not, for something may have left already, or
   * too much is on its way. `failed` is called at once when it turns out to have been wrong.
   */
  add(bytes: number, failed: (reason: string) => void): Kept | undefined {
    if (this.#hasLeft || this.#writes >= writesMax || this.#bytes + bytes > bytesMax) return undefined;
    this.#writes += 1;
    this.#bytes += bytes;
    return failure => {
      this.#bytes -= bytes;
      this.#writes -= 1;
      if (failure !== undefined && this.#failure === undefined) {
        this.#failure = failure;
        failed(failure);
      }
      if (this.#writes === 0) for (const tell of this.#waiting.splice(0)) tell(this.#failure);
    };
  }

  /** From now on nothing can be withheld: something may have left. */
  leave(): void {
    this.#hasLeft = true;
  }

  /** Calls `tell` when nothing is on its way any more, with the first failure if there was one. */
  whenKept(tell: (failure: string | undefined) => void): void {
    if (this.#writes === 0) tell(this.#failure);
    else this.#waiting.push(tell);
  }

  /** The same as a promise; undefined: nothing is on its way. */
  kept(): Promise<string | undefined> | undefined {
    return this.isEmpty ? undefined : new Promise(resolve => this.whenKept(resolve));
  }
}
