// Dead instances leave Wasm memories behind until V8 collects them; when there is no room for another, this asks it to.
// A collection now and then, without need, was measured to gain nothing (docs/adr/004-fresh-instances.md).
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** There is no memory for another instance, not even after those that were idle were let go. */
export class NoInstance extends Error {}

export class Collector {
  #collect: (() => void) | undefined;
  readonly #idle = new Set<() => void>();

  /** By default V8's own, which is looked for when it is needed: that takes a context of its own. */
  constructor(collect?: () => void) {
    this.#collect = collect;
  }

  /** `letGo` is called when memory is short: idle instances have to go. */
  onShortage(letGo: () => void): void {
    this.#idle.add(letGo);
  }

  /** Makes an instance; when memory for it is short, once more after a collection. Throws NoInstance. */
  async instantiate<T>(make: () => T): Promise<T> {
    try {
      return make();
    } catch (error) {
      // V8 can reserve so many Wasm memories only; those of dead instances count until they are collected.
      if (!isShortage(error)) throw error;
    }
    for (const letGo of this.#idle) letGo();
    // What ended in this turn of the loop is held by timers and microtasks until the next.
    await nextTurn();
    this.#collect ??= exposedCollector();
    this.#collect();
    try {
      return make();
    } catch (error) {
      if (isShortage(error)) throw new NoInstance(error.message, { cause: error });
      throw error;
    }
  }
}

const isShortage = (error: unknown): error is RangeError => error instanceof RangeError && /memory/i.test(error.message);

/** `gc()`, without the user having to pass --expose-gc. */
function exposedCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // V8 takes no code from a cache that was made under other flags, so they are what they were again.
  setFlagsFromString('--no-expose-gc');
  return collect;
}
