// How many invocations may be at work at once: whoever comes later waits in a queue of bounded length. A component has permits of
// its own, and all components of a thread share a larger number of them, so that one cannot take everything.

export interface PermitLimits {
  /** At work at once. */
  readonly max: number;
  /** How many may wait. */
  readonly waitingMax: number;
}

/** What the components of a thread have together. */
export class SharedPermits {
  readonly #limits: PermitLimits;
  /** Those for which somebody waits, in the order in which they have their turn. */
  readonly #turns = new Set<Permits>();
  #taken = 0;
  #waiting = 0;

  constructor(limits: PermitLimits) {
    this.#limits = limits;
  }

  get hasRoom(): boolean {
    return this.#taken < this.#limits.max;
  }

  /** False when too many wait. */
  wait(permits: Permits): boolean {
    if (this.#waiting >= this.#limits.waitingMax) return false;
    this.#waiting += 1;
    this.#turns.add(permits);
    return true;
  }

  taken(): void {
    this.#taken += 1;
  }

  /** One was given back: whoever waits longest of the component whose turn it is may go on. */
  given(): void {
    this.#taken -= 1;
    for (const permits of this.#turns) {
      if (!permits.letOneIn()) continue;
      this.#waiting -= 1;
      this.#turns.delete(permits);
      if (permits.waiting > 0) this.#turns.add(permits);
      return;
    }
  }
}

export class Permits {
  readonly #limits: PermitLimits;
  readonly #shared: SharedPermits;
  #waiting: (() => void)[] = [];
  /** How many of them have gone on. */
  #passed = 0;
  readonly #idle: (() => void)[] = [];
  #taken = 0;

  constructor(limits: PermitLimits, shared: SharedPermits = new SharedPermits(limits)) {
    this.#limits = limits;
    this.#shared = shared;
  }

  get taken(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#waiting.length - this.#passed;
  }

  /** True when a permit was had, a promise of one when it has to be waited for; false when too many are waiting already. */
  take(): boolean | Promise<true> {
    if (this.#taken < this.#limits.max && this.#shared.hasRoom) {
      this.#take();
      return true;
    }
    if (this.waiting >= this.#limits.waitingMax || !this.#shared.wait(this)) return false;
    return new Promise(resolve => this.#waiting.push(() => resolve(true)));
  }

  /** One without waiting, also when all are taken: for whoever is waited for by somebody who has one. */
  takeBeyond(): void {
    this.#take();
  }

  give(): void {
    this.#taken -= 1;
    this.#shared.given();
    if (this.#taken === 0) for (const told of this.#idle.splice(0)) told();
  }

  /** Resolves when nobody has a permit. */
  async idle(): Promise<void> {
    if (this.#taken > 0) await new Promise<void>(resolve => this.#idle.push(resolve));
  }

  /** False when nobody may go on. */
  letOneIn(): boolean {
    const next = this.#waiting[this.#passed];
    if (!next || this.#taken >= this.#limits.max) return false;
    this.#passed += 1;
    // The queue may be long: it is moved up now and then, not each time.
    if (this.#passed * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#passed);
      this.#passed = 0;
    }
    this.#take();
    // In a turn of the loop of its own: a long queue must not keep the loop from turning, and what ended from being collected.
    setImmediate(next);
    return true;
  }

  #take(): void {
    this.#taken += 1;
    this.#shared.taken();
  }
}
