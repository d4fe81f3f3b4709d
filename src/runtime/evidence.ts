// What an invocation did last, for the report of how it failed: its output, its host calls, what it was refused.

export interface Evidence {
  /** The last lines that it printed. */
  readonly output: readonly string[];
  /** The last host functions that it called, the newest last: `fermyon:spin/key-value@2.0.0#[static]store.open`. */
  readonly hostCalls: readonly string[];
  /** What it was refused and how to allow it, a text each. */
  readonly refused: readonly string[];
}

/** Enough to see what it was about. */
const callsMax = 8;

/** Called with every host call of every request: it only notes names. */
export class HostCalls {
  readonly #names: string[] = [];
  readonly #times: number[] = [];
  #count = 0;

  add(name: string): void {
    const last = (this.#count - 1) % callsMax;
    if (this.#count > 0 && this.#names[last] === name) {
      this.#times[last]! += 1; // It is there, as its name is.
      return;
    }
    const next = this.#count % callsMax;
    this.#names[next] = name;
    this.#times[next] = 1;
    this.#count += 1;
  }

  /** The newest last; those in a row once, with their number. */
  get last(): string[] {
    const first = Math.max(0, this.#count - callsMax);
    return Array.from({ length: this.#count - first }, (_, index) => {
      const place = (first + index) % callsMax;
      const times = this.#times[place] ?? 1;
      return `${this.#names[place]}${times === 1 ? '' : ` (${times} times)`}`;
    });
  }
}
