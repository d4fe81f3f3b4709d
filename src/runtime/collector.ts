// Dead instances leave Wasm memories behind until V8 collects them; when there is no room for another, this asks it to.
// A collection now and then, without need, was measured to gain nothing (docs/adr/004-fresh-instances.md).
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export class Collector {
  readonly #collect: () => void;

  constructor(collect: () => void = exposedCollector()) {
    this.#collect = collect;
  }

  /** Makes an instance; when memory for it is short, once more after a collection. */
  async instantiate<T>(make: () => T): Promise<T> {
    try {
      return make();
    } catch (error) {
      // V8 can reserve so many Wasm memories only; those of dead instances count until they are collected.
      if (!(error instanceof RangeError) || !/memory/i.test(error.message)) throw error;
      // What ended in this turn of the loop is held by timers and microtasks until the next.
      await nextTurn();
      this.#collect();
      return make();
    }
  }
}

/** `gc()`, without the user having to pass --expose-gc. */
function exposedCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
