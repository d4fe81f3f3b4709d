// The loop of `tspin watch`: something may have changed -> what did, by content -> build it -> apply it. One thing after the other;
// what changes meanwhile is the next round's (ADR 022).
import { setTimeout as delay } from 'node:timers/promises';

import type { BuildTarget } from '../../app/app.ts';
import { changedPaths, Snapshots, type FileSet, type Snapshot } from '../../util/snapshot.ts';
import { FolderHints } from './folder-hints.ts';
import { Sources, type Stale } from './sources.ts';

/** What is watched: read anew whenever the manifest may have changed. */
export interface WatchPlan {
  /** Every component, in the order of the build; empty when nothing is to be built (`--skip-build`). */
  readonly targets: readonly BuildTarget[];
  /** What the app is made of, besides the sources of its components. */
  readonly made: readonly FileSet[];
}

export interface Change {
  /** Absolute, sorted. */
  readonly paths: readonly string[];
  /** Milliseconds by component, of those that were built. */
  readonly built: ReadonlyMap<string, number>;
  /** When it was noticed, on `performance.now()`'s clock. */
  readonly since: number;
}

export interface BuildOutcome {
  /** Milliseconds by component, of those that were built. */
  readonly built: ReadonlyMap<string, number>;
  readonly failed: boolean;
}

export interface WatchLoopOptions {
  readonly plan: () => Promise<WatchPlan>;
  /** Builds the components, and says what fails. Rejects with the signal's reason when it was cancelled. */
  readonly build: (components: readonly string[], signal: AbortSignal) => Promise<BuildOutcome>;
  /** Has the app, as its files are now, serve. */
  readonly apply: (change: Change) => Promise<void>;
  /** Components were built, and what they made is what it was. */
  readonly unchanged: (change: Change) => void;
  /** A round begins, with a change. */
  readonly begin: () => void;
  readonly say: (message: string) => void;
  /** How long nothing must have happened before a change is acted on, in milliseconds. */
  readonly debounceMs: number;
  readonly signal: AbortSignal;
}

/** While something happens all the time, it is acted on nevertheless after so many times of the debounce. */
const restlessMax = 20;

/** Looking for changes without a hint takes at most one part in so many of the time. */
const looksShare = 20;
/** A round that took longer did more than look. */
const roundMsMax = 1_000;

/** `more`: there may be more to do already. `cancelled`: there is, and it was waited until nothing more happened. */
type RoundOutcome = 'done' | 'more' | 'cancelled';

export class WatchLoop {
  readonly #options: WatchLoopOptions;
  readonly #snapshots = new Snapshots();
  readonly #sources: Sources;
  readonly #hints: FolderHints;
  #plan: WatchPlan = { targets: [], made: [] };
  /** As the app was when it was applied last, whether that succeeded or not. */
  #made: Snapshot | undefined;
  /** Changes that were not told yet: those of builds that failed or were cancelled. */
  #untold = new Set<string>();
  /** Components whose last build failed. */
  readonly #failed = new Set<string>();
  #hintCount = 0;
  #hinted = Promise.withResolvers<void>();
  /** Of those since the last round began, on `performance.now()`'s clock. */
  #firstHint: number | undefined;
  #lastHint = 0;
  /** How long the last round took that found nothing to do, and when it ended. */
  #roundMs = 0;
  #roundEnded = 0;

  constructor(options: WatchLoopOptions) {
    this.#options = options;
    this.#sources = new Sources(this.#snapshots, message => options.say(message));
    this.#hints = new FolderHints({
      onHint: () => this.#hint(),
      // Where looking takes long, it is done less often.
      onLook: () => {
        if (performance.now() - this.#roundEnded > this.#roundMs * looksShare) this.#hint();
      },
      onTrouble: reason => options.say(`some folders cannot be watched, and are looked at every 2 s instead: ${reason}`),
    });
  }

  /** Builds and applies everything once, then whatever changes; resolves when the signal is aborted. */
  async run(): Promise<void> {
    const { signal } = this.#options;
    try {
      for (let isSettled = true; !signal.aborted;) {
        const seen = this.#hintCount;
        const began = performance.now();
        const outcome = await this.#round(isSettled);
        this.#roundEnded = performance.now();
        isSettled = outcome !== 'more';
        if (outcome !== 'done') continue;
        this.#roundMs = Math.min(roundMsMax, this.#roundEnded - began);
        await this.#quiet(seen);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#hints.close();
    }
  }

  #hint(): void {
    this.#lastHint = performance.now();
    this.#firstHint ??= this.#lastHint;
    this.#hintCount += 1;
    this.#hinted.resolve();
    this.#hinted = Promise.withResolvers();
  }

  /** `isSettled`: nothing has happened for some time, as far as that was to be waited for. */
  async #round(isSettled: boolean): Promise<RoundOutcome> {
    const since = this.#firstHint ?? performance.now();
    this.#firstHint = undefined;
    this.#plan = await this.#options.plan();
    const { targets } = this.#plan;
    const stale = await this.#sources.look(targets);
    // Who is writing now may have written a part only.
    if (stale.length > 0 && !isSettled) return this.#again(since);
    const first = this.#made === undefined;
    let built: ReadonlyMap<string, number> = new Map();
    if (stale.length > 0) {
      this.#note(stale.flatMap(({ paths }) => paths));
      this.#options.begin();
      const done = await this.#build(stale.map(({ id }) => id));
      if (done === 'cancelled') return done;
      await this.#sources.built(stale.map(({ id }) => id));
      built = done.built;
    }
    // What was never built cannot serve.
    if (first && targets.some(({ id }) => this.#failed.has(id))) return this.#ended(stale);
    const made = await this.#snapshots.take(this.#plan.made);
    const paths = changedPaths(this.#made, made);
    if (first || paths.length > 0) {
      if (stale.length === 0 && !first) this.#options.begin();
      // What a build made is no news beside what it was made of.
      const makes = new Set(targets.flatMap(({ id, artifact }) => (built.has(id) && artifact !== undefined ? [artifact] : [])));
      this.#note(first ? [] : paths.filter(path => !makes.has(path)));
      this.#made = made;
      await this.#options.apply(this.#told(built, since));
    } else if (built.size > 0) this.#options.unchanged(this.#told(built, since));
    return this.#ended(stale);
  }

  /** The same once more, when it is quiet. */
  #again(since: number): RoundOutcome {
    this.#firstHint = since;
    this.#hint();
    return 'done';
  }

  /** What happened while something was built, or in folders that were not watched yet, shows in another round. */
  async #ended(stale: readonly Stale[]): Promise<RoundOutcome> {
    return (await this.#watchAll()) && stale.length === 0 ? 'done' : 'more';
  }

  /** False when there are folders that were not watched before: what happened there meanwhile shows in another round. */
  async #watchAll(): Promise<boolean> {
    const { folders } = await this.#snapshots.take([...this.#plan.made, ...this.#sources.sets(this.#plan.targets)]);
    return !this.#hints.set(folders);
  }

  async #build(ids: readonly string[]): Promise<BuildOutcome | 'cancelled'> {
    const cancelling = new AbortController();
    const signal = AbortSignal.any([this.#options.signal, cancelling.signal]);
    const over = new AbortController();
    const looking = this.#cancelWhenStale(ids, cancelling, over.signal);
    try {
      const outcome = await this.#options.build(ids, signal);
      for (const id of ids) {
        if (outcome.failed && !outcome.built.has(id)) this.#failed.add(id);
        else this.#failed.delete(id);
      }
      return outcome;
    } catch (error) {
      if (!cancelling.signal.aborted) throw error;
      return 'cancelled';
    } finally {
      over.abort();
      await looking;
    }
  }

  /** While a build runs: ends it when its sources have changed, so that the newest are built without delay. */
  async #cancelWhenStale(ids: readonly string[], cancelling: AbortController, over: AbortSignal): Promise<void> {
    const stop = new Promise<void>(resolve => over.addEventListener('abort', () => resolve(), { once: true }));
    for (let seen = this.#hintCount; !over.aborted && !cancelling.signal.aborted;) {
      if (seen === this.#hintCount) await Promise.race([this.#hinted.promise, stop]);
      seen = this.#hintCount;
      await Promise.race([delay(this.#options.debounceMs, undefined, { signal: over }).catch(() => {}), stop]);
      if (over.aborted) return;
      if (await this.#sources.cancels(ids)) cancelling.abort(new Error('the sources have changed'));
    }
  }

  /** Waits for a hint, and then until nothing more happens. */
  async #quiet(seen: number): Promise<void> {
    const { signal, debounceMs } = this.#options;
    const aborted = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
    if (seen === this.#hintCount) await Promise.race([this.#hinted.promise, aborted]);
    for (let restless = 0; restless < restlessMax && !signal.aborted; restless += 1) {
      const left = this.#lastHint + debounceMs - performance.now();
      if (left <= 0) return;
      await delay(left, undefined, { signal }).catch(() => {});
    }
  }

  #note(paths: readonly string[]): void {
    for (const path of paths) this.#untold.add(path);
  }

  #told(built: ReadonlyMap<string, number>, since: number): Change {
    const paths = [...this.#untold].toSorted();
    this.#untold = new Set();
    return { paths, built, since };
  }
}
