// How many requests may be under way at once: `max_connections` of `[outbound_http]` and `max_total_connections` (spin-behaviour 4).

/** Requests that may wait for a connection. */
const waitingMax = 10_000;

export class ConnectionLimit {
  readonly #max: number;
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  /** `max`: undefined for no limit. */
  constructor(max: number | undefined) {
    this.#max = max ?? Infinity;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Resolves with whether there was a place within the time; whoever got one gives it back. */
  take(timeoutMs: number): boolean | Promise<boolean> {
    if (this.#taken < this.#max) {
      this.#taken += 1;
      return true;
    }
    if (this.#waiting.size >= waitingMax) return false;
    return new Promise(resolve => {
      const timer = setTimeout(() => {
        this.#waiting.delete(granted);
        resolve(false);
      }, timeoutMs);
      const granted = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      this.#waiting.add(granted);
    });
  }

  give(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#taken -= 1;
      return;
    }
    // Its place goes over to whoever waits longest.
    this.#waiting.delete(next);
    next();
  }
}
