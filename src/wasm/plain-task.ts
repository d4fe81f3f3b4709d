// What a WASI 0.3 call with jco's bindings does after it gave its result: jco's code, as jco.ts changes it, tells of its end.

/** Under which jco's code finds what it tells. No interface has such a name. */
export const taskKey = 'tspin task';

/** jco looks every so many milliseconds whether a task can go on: as often as node can. */
const pollMs = 10;

export class PlainTask {
  readonly #timers = new Set<NodeJS.Timeout>();
  #isStopped = false;
  readonly #over = Promise.withResolvers<void>();

  constructor() {
    // Whether anybody waits for it is not known yet.
    this.#over.promise.catch(() => {});
  }

  readonly setInterval = (act: () => void, ms?: number): NodeJS.Timeout => {
    const timer = setInterval(act, ms);
    return this.#keep(timer);
  };

  readonly clearInterval = (timer: NodeJS.Timeout): void => {
    clearInterval(timer);
    this.#timers.delete(timer);
  };

  readonly setTimeout = (act: () => void, ms = 0): NodeJS.Timeout => {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        act();
      },
      ms <= pollMs ? 0 : ms,
    );
    return this.#keep(timer);
  };

  /** The instance will not go on: neither will jco's polling. */
  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #keep(timer: NodeJS.Timeout): NodeJS.Timeout {
    if (this.#isStopped) clearTimeout(timer);
    else this.#timers.add(timer);
    return timer;
  }

  /** Called by jco's code. */
  ended(): void {
    this.#over.resolve();
  }

  /** Called by jco's code. */
  failed(error: unknown): void {
    this.#over.reject(error);
  }

  /** Resolves when the guest has done; rejects when it trapped. */
  over(): Promise<void> {
    return this.#over.promise;
  }
}
