// Finds workers whose event loop does not turn. It counts only time that it has seen pass itself, look by look: when the main
// thread was late, the machine asleep, or a debugger attached, the worker is not to blame.
import { url as inspectorUrl } from 'node:inspector';

export interface Watched {
  /** Changes as long as the event loop turns. */
  readonly beat: number;
  /** How long it may stand still, in milliseconds. */
  readonly limitMs: number;
  /** Called at each look: for what it may be unable to tell by itself. */
  looked?(): void;
  /** Called once, when it has stood still for longer. */
  silent(): void;
}

export interface WatchdogOptions {
  /** How often to look, in milliseconds. */
  readonly lookMs?: number;
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number;
  readonly isDebugged?: () => boolean;
}

/** Often enough for limits of a second and more, and no load. */
const usualLookMs = 250;

export class Watchdog {
  readonly #lookMs: number;
  readonly #now: () => number;
  readonly #isDebugged: () => boolean;
  readonly #watched = new Map<Watched, { beat: number; silentMs: number }>();
  #lastLook: number;
  #timer: NodeJS.Timeout | undefined;

  constructor({
    lookMs = usualLookMs,
    now = () => performance.now(),
    isDebugged = () => inspectorUrl() !== undefined,
  }: WatchdogOptions = {}) {
    this.#lookMs = lookMs;
    this.#now = now;
    this.#isDebugged = isDebugged;
    this.#lastLook = now();
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
      one.looked?.();
      const { beat } = one;
      seen.silentMs = debugged || beat !== seen.beat ? 0 : seen.silentMs + passed;
      seen.beat = beat;
      if (seen.silentMs < one.limitMs) continue;
      this.#watched.delete(one);
      one.silent();
    }
  }
}
