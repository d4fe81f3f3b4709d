// How many connections and bound UDP sockets guests may have at once: `max_socket_connections` and `max_total_connections`
// of `[outbound_networking]` (spin-behaviour 4).

export class SocketLimit {
  readonly #max: number;
  #taken = 0;

  /** `max`: undefined for no limit. */
  constructor(max: number | undefined) {
    this.#max = max ?? Infinity;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Undefined when there is no place; else what gives it back, once however often it is called. */
  take(): (() => void) | undefined {
    if (this.#taken >= this.#max) return undefined;
    this.#taken += 1;
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      this.#taken -= 1;
    };
  }
}
