// Asks the file system for many small things. It answers within microseconds as a rule, while a promise for each answer takes twenty
// times that: so it is asked at once, with a break for the event loop every few milliseconds. One that is slow is asked by promises.
import { readdirSync, statSync, type Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';

/** What else there is to do on this thread waits no longer, in milliseconds. */
const sliceMs = 4;

/** A file system that takes as long for one answer is a network's, or has a disk that sleeps. */
const slowMs = 5;

export class QuickLook {
  readonly #slowMs: number;
  #until = performance.now() + sliceMs;
  #isSlow = false;

  constructor(options: { readonly slowMs?: number } = {}) {
    this.#slowMs = options.slowMs ?? slowMs;
  }

  /** Undefined where there is nothing, or nothing that can be seen. */
  stat(path: string): Promise<Stats | undefined> {
    return this.#ask(
      () => statSync(path, { throwIfNoEntry: false }),
      () => stat(path),
    );
  }

  /** The names in a folder; undefined where there is none that can be read. */
  names(directory: string): Promise<readonly string[] | undefined> {
    return this.#ask(
      () => readdirSync(directory),
      () => readdir(directory),
    );
  }

  async #ask<T>(now: () => T, later: () => Promise<T>): Promise<T | undefined> {
    try {
      if (this.#isSlow) return await later();
      if (performance.now() > this.#until) {
        await turn();
        this.#until = performance.now() + sliceMs;
      }
      const asked = performance.now();
      const answer = now();
      this.#isSlow = performance.now() - asked > this.#slowMs;
      return answer;
    } catch {
      return undefined;
    }
  }
}
