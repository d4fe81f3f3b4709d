// How much of a turn of the event loop may go to requests that begin. Node accepts one connection a turn: were all that have arrived
// begun in one turn, new clients of a guest that takes its time would wait for one such turn after another.

/** The share of guests that take their time. */
const shareMs = 1;
/** That of quick ones: so many of their answers leave together that the client is not woken for each few (ADR 018). */
const quickShareMs = 4;
/** A quick guest takes less than this. */
const quickMs = 0.1;
/**
 * That of turns while connections are arriving: each of those that wait to be accepted waits for the turns of all before it. Of 64
 * clients that come at once the last waited 64 turns of 4 ms.
 */
const arrivalShareMs = 0.2;

export class TurnShare {
  readonly #now: () => number;
  #waiting: (() => void)[] = [];
  /** How many of them have begun. */
  #begun = 0;
  /** When the share of this turn began, and how many requests had it since. */
  #began: number | undefined;
  #count = 0;
  /** Turns that are kept short from this one on. */
  #shortTurns = 0;
  readonly #endTurn = (): void => {
    this.#began = undefined;
    if (this.#shortTurns > 0) this.#shortTurns -= 1;
    if (this.#waiting.length > 0) this.#goOn();
  };

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Calls `begin` now or in a later turn, never before those that came earlier. */
  take(begin: () => void): void {
    if (this.#waiting.length > 0 || !this.#hasTime()) this.#waiting.push(begin);
    else begin();
  }

  /** The same, but not before all was read that has arrived in this turn: the rest of the request may be among it. */
  takeWhenRead(begin: () => void): void {
    this.#waiting.push(begin);
    // Has the end of this turn come to it, if nothing else did.
    this.#hasTime();
  }

  /** To be called for each connection that was accepted: more of them may wait. */
  connectionArrived(): void {
    // This turn and the next, in which node accepts one more if there is one.
    this.#shortTurns = 2;
  }

  /**
   * Begins one, and the next when all is done that this one left to the microtasks: a guest that ends at once gives back its instance
   * in them, and the next request has one that is in the processor's caches. Of 64 begun in a row each would touch an instance of its own.
   */
  readonly #goOn = (): void => {
    const begin = this.#waiting[this.#begun];
    if (begin && this.#hasTime()) {
      this.#begun += 1;
      begin();
      // A tick is run when no microtask is left.
      if (this.#begun < this.#waiting.length) return queueMicrotask(() => process.nextTick(this.#goOn));
    }
    this.#waiting.splice(0, this.#begun);
    this.#begun = 0;
  };

  #hasTime(): boolean {
    if (this.#began === undefined) {
      this.#began = this.#now();
      this.#count = 1;
      setImmediate(this.#endTurn);
      return true;
    }
    const ms = this.#now() - this.#began;
    if (ms >= this.#shareMs(ms)) return false;
    this.#count += 1;
    return true;
  }

  #shareMs(ms: number): number {
    if (this.#shortTurns > 0) return arrivalShareMs;
    return ms < this.#count * quickMs ? quickShareMs : shareMs;
  }
}
