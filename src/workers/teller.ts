// What a worker tells the main thread besides output: one message at a time, the next when that was heard. What comes in between
// is gathered up to a bound, so that a main thread that does not keep up costs news, not memory.
import type { InvocationEvent } from '../runtime/events.ts';
import type { Told, Warning } from './worker-messages.ts';

/** A second's worth of news of a busy worker. */
const gatheredMax = 20_000;

export class Teller {
  readonly #tell: (told: Told) => void;
  #warnings: Warning[] = [];
  #invocations: InvocationEvent[] = [];
  #lost = 0;
  #busy = false;

  constructor(tell: (told: Told) => void) {
    this.#tell = tell;
  }

  warn(text: string, once: 'once' | 'always'): void {
    if (this.#hasRoom()) this.#warnings.push({ text, once: once === 'once' });
    this.#schedule();
  }

  invocation(event: InvocationEvent): void {
    if (this.#hasRoom()) this.#invocations.push(portable(event));
    this.#schedule();
  }

  /** The main thread has passed on what it was told last. */
  heard(): void {
    this.#busy = false;
    if (this.#warnings.length + this.#invocations.length > 0) this.#schedule();
  }

  /** Tells what is left, whether or not the last was heard. */
  flush(): void {
    this.#send();
  }

  #hasRoom(): boolean {
    if (this.#warnings.length + this.#invocations.length < gatheredMax) return true;
    this.#lost += 1;
    return false;
  }

  #schedule(): void {
    if (this.#busy) return;
    this.#busy = true;
    setImmediate(() => this.#send());
  }

  #send(): void {
    const warnings = this.#warnings;
    const invocations = this.#invocations;
    if (this.#lost > 0) {
      warnings.push({ text: `${this.#lost} warnings or invocations were not told: there were too many at once`, once: false });
    }
    this.#warnings = [];
    this.#invocations = [];
    this.#lost = 0;
    this.#tell({ warnings, invocations });
  }
}

/** A bug of the host's is an error of any kind, which may hold what cannot be posted. */
function portable(event: InvocationEvent): InvocationEvent {
  const { outcome } = event;
  if (!('trap' in outcome) || !outcome.trap.bug) return event;
  const bug = new Error(outcome.trap.bug.message);
  bug.stack = outcome.trap.bug.stack ?? bug.message;
  return { ...event, outcome: { ...outcome, trap: { ...outcome.trap, bug } } };
}
