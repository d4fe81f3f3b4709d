// Fresh instances leave Wasm memories behind whose size V8's garbage collector does not feel: this asks it in time.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Instances between two collections. */
const instancesBetween = 200;

export class Collector {
  readonly #collect: () => void;
  #since = 0;

  constructor(collect: () => void = exposedCollector()) {
    this.#collect = collect;
  }

  /** Makes an instance; when memory for it is short, once more after a collection. */
  instantiate<T>(make: () => T): T {
    if (++this.#since >= instancesBetween) this.#run();
    try {
      return make();
    } catch (error) {
      // V8 cannot reserve another Wasm memory while those of dead instances are not collected.
      if (!(error instanceof RangeError) || !/memory/i.test(error.message)) throw error;
      this.#run();
      return make();
    }
  }

  #run(): void {
    this.#since = 0;
    this.#collect();
  }
}

/** `gc()`, without the user having to pass --expose-gc. */
function exposedCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
