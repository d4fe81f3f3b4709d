// A pollable that becomes ready at an instant of the monotonic clock.
import type { Clock } from '../interface.ts';
import { Wakeup, type Pollable } from '../io/pollable.ts';

/** The longest wait that setTimeout knows; it fires at once for a longer one (jco-notes 3). */
const timeoutMsMax = 2 ** 31 - 1;

const nanosecondsPerMs = 1_000_000n;

export class Timer implements Pollable {
  readonly #clock: Clock;
  readonly #instant: bigint;
  readonly #disposed: (timer: Timer) => void;
  readonly #wakeup = new Wakeup();
  #timeout: NodeJS.Timeout | undefined;
  #letGo = false;

  /** `instant` in nanoseconds of `clock`; `disposed` is told when the timer is let go. */
  constructor(clock: Clock, instant: bigint, disposed: (timer: Timer) => void) {
    this.#clock = clock;
    this.#instant = instant;
    this.#disposed = disposed;
  }

  /** Also when it is let go: whoever still waits must not arm it again. */
  ready(): boolean {
    return this.#letGo || this.#clock.monotonicNow() >= this.#instant;
  }

  /** The clock of the process starts only now: a timer that nobody waits for costs nothing. */
  wait(): Promise<void> {
    if (this.#timeout === undefined) this.#arm();
    return this.#wakeup.wait();
  }

  dispose(): void {
    this.#letGo = true;
    clearTimeout(this.#timeout);
    this.#timeout = undefined;
    this.#disposed(this);
    this.#wakeup.wake();
  }

  #arm(): void {
    // Rounded up, so that it never fires before the instant.
    const ms = (this.#instant - this.#clock.monotonicNow() + nanosecondsPerMs - 1n) / nanosecondsPerMs;
    const timeoutMs = ms < 0n ? 0 : ms > BigInt(timeoutMsMax) ? timeoutMsMax : Number(ms);
    // Not unref'd: a program that calls an app without a socket must not end while its guest sleeps. The timer cannot keep
    // the process longer than the invocation, whose end disposes of it.
    this.#timeout = setTimeout(() => {
      this.#timeout = undefined;
      if (this.ready()) this.#wakeup.wake();
      else this.#arm();
    }, timeoutMs);
  }
}
