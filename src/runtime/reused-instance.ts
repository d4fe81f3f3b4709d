// An instance that serves many invocations, several at once, and is not put back between them.
import type { GuestInstance } from '../wasm/guest.ts';
import { Trap } from '../wit/trap.ts';
import type { Ending, Home, TakenInstance } from './instances.ts';
import type { InvocationRun } from './run.ts';

export interface ReusedLimits {
  /** How many invocations it serves in all. */
  readonly count: number;
  /** How many of them at once. */
  readonly concurrent: number;
}

export class ReusedInstance implements TakenInstance {
  readonly guest: GuestInstance;
  readonly #home: Home;
  readonly #runs = new Set<InvocationRun>();
  readonly #concurrentMax: number;
  #left: number;
  idleUntil = 0;

  constructor(guest: GuestInstance, home: Home, { count, concurrent }: ReusedLimits) {
    this.guest = guest;
    this.#home = home;
    this.#left = count;
    this.#concurrentMax = concurrent;
  }

  get isIdle(): boolean {
    return this.#runs.size === 0;
  }

  get hasRoom(): boolean {
    return this.#left > 0 && this.#runs.size < this.#concurrentMax;
  }

  /** It takes no more invocations. */
  get isSpent(): boolean {
    return this.#left === 0;
  }

  begin(run: InvocationRun): void {
    this.#left -= 1;
    this.#runs.add(run);
    // What a guest opened in one invocation it may use in the next, so the host keeps its states with the instance, as Spin does.
    run.lodge(this.#home.run, () => (this.#home.serving = run));
  }

  enter(run: InvocationRun): void {
    this.guest.enter(run);
  }

  /** Its handles are the instance's own: another invocation may use them. */
  leave(): void {}

  end(run: InvocationRun, ending: Ending): void {
    this.#runs.delete(run);
    if (ending === 'returned') return;
    this.#left = 0;
    if (ending === 'unfinished' && this.guest.abandon(run)) return;
    for (const other of this.#runs) other.giveUp(new Trap('another invocation trapped in the instance that it shares'));
  }

  dispose(): void {
    this.guest.dispose();
    this.#home.run.finish();
  }
}
