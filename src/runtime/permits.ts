// How many instances may live at once: whoever comes later waits in a queue of bounded length.

export class Permits {
  readonly #max: number;
  readonly #waitingMax: number;
  readonly #waiting: (() => void)[] = [];
  readonly #idle: (() => void)[] = [];
  #taken = 0;

  /** `max`: instances alive at once; `waitingMax`: invocations that may wait for one. */
  constructor(max: number, waitingMax: number) {
    this.#max = max;
    this.#waitingMax = waitingMax;
  }

  get taken(): number {
    return this.#taken;
  }

  /** True when a permit was had, a promise of one when it has to be waited for; false when too many are waiting already. */
  take(): boolean | Promise<true> {
    if (this.#taken < this.#max) {
      this.#taken++;
      return true;
    }
    if (this.#waiting.length >= this.#waitingMax) return false;
    // Whoever gives a permit back hands it over: `#taken` stays as it is.
    return new Promise(resolve => this.#waiting.push(() => resolve(true)));
  }

  give(): void {
    const next = this.#waiting.shift();
    // In a turn of the loop of its own: a long queue must not keep the loop from turning, and what ended from being collected.
    if (next) return void setImmediate(next);
    this.#taken--;
    if (this.#taken === 0) for (const told of this.#idle.splice(0)) told();
  }

  /** Resolves when nobody has a permit. */
  async idle(): Promise<void> {
    if (this.#taken > 0) await new Promise<void>(resolve => this.#idle.push(resolve));
  }
}
