// Tells of requests that were refused because there were too many: the first at once, those that follow as a number.

/** Refusals come by thousands: they are told this often. */
const tellMs = 5000;

interface Told {
  /** Since the last line. */
  more: number;
  cause: string;
}

export class Refusals {
  readonly #warn: (message: string) => void;
  readonly #told = new Map<string, Told>();
  #timer: NodeJS.Timeout | undefined;

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  add(component: string, cause: string, reason: string): void {
    const subject = `component "${component}": ${reason}`;
    const told = this.#told.get(subject);
    if (told) {
      told.more += 1;
      told.cause = cause;
      return;
    }
    this.#told.set(subject, { more: 0, cause });
    this.#warn(`${subject}; the client of ${cause} got 503`);
    this.#timer ??= setInterval(() => this.#tell(), tellMs).unref();
  }

  close(): void {
    this.#tell();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tell(): void {
    for (const [subject, told] of this.#told) {
      if (told.more > 0) this.#warn(`${subject}; ${told.more} more got 503, the last ${told.cause}`);
      if (told.more === 0) this.#told.delete(subject);
      told.more = 0;
    }
    if (this.#told.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
