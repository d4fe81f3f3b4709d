// Finds workers whose event loop does not turn. It counts only time that it has seen pass itself, look by look: when the main
// thread was late, the machine asleep, or a debugger attached, the worker is not to blame.
import { url as inspectorUrl } from 'node:inspector';

export interface Watched {
  /** Changes as long as the event loop turns. */
  readonly beat: number;
  /** Called once, when it has not turned for longer than the limit. */
  silent(): void;
}

export interface WatchdogOptions {
  /** How long an event loop may stand still, in milliseconds. */
  readonly limitMs: number;
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number;
  readonly isDebugged?: () => boolean;
}

/** A worker is looked at so often, or 8 times within a limit that is short. */
const lookMsMax = 500;

export class Watchdog {
  readonly #limitMs: number;
  readonly #lookMs: number;
  readonly #now: () => number;
  readonly #isDebugged: () => boolean;
  readonly #watched = new Map<Watched, { beat: number; silentMs: number }>();
  #lastLook: number;
  #timer: NodeJS.Timeout | undefined;

  constructor({ limitMs, now = () => performance.now(), isDebugged = () => inspectorUrl() !== undefined }: WatchdogOptions) {
    this.#limitMs = limitMs;
    this.#lookMs = Math.min(lookMsMax, limitMs / 8);
    this.#now = now;
    this.#isDebugged = isDebugged;
    this.#lastLook = now();
  }

  /** How often `look` is to be called. */
  get lookMs(): number {
    return this.#lookMs;
  }

  /** Returns the function that ends the watch. */
  watch(one: Watched): () => void {
    this.#watched.set(one, { beat: one.beat, silentMs: 0 });
    return () => this.#watched.delete(one);
  }

  start(): void {
    this.#timer ??= setInterval(() => this.look(), this.#lookMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  look(): void {
    const now = this.#now();
    // A look that is late saw no more than its own time.
    const passed = Math.min(now - this.#lastLook, this.#lookMs);
    this.#lastLook = now;
    const debugged = this.#isDebugged();
    for (const [one, seen] of this.#watched) {
      const { beat } = one;
      seen.silentMs = debugged || beat !== seen.beat ? 0 : seen.silentMs + passed;
      seen.beat = beat;
      if (seen.silentMs < this.#limitMs) continue;
      this.#watched.delete(one);
      one.silent();
    }
  }
}
