// Runs one component's invocations: each in an instance that no other uses, in its first state, whatever happened before.
import type { Component } from '../app/app.ts';
import type { CommandIo, GuestOutput, Invocation } from '../host/interface.ts';
import type { ExportedFunction } from '../wasm/guest.ts';
import { Bag } from '../util/bag.ts';
import { Exited } from '../wit/trap.ts';
import { NoInstance } from './collector.ts';
import type { Events, InvocationEvent, Outcome } from './events.ts';
import { guestTrap } from './guest-trap.ts';
import type { Hosts } from './host-states.ts';
import type { Ending, Instances, TakenInstance } from './instances.ts';
import type { Permits } from './permits.ts';
import { Cancelled, InvocationRun, TimedOut, type RunParts } from './run.ts';
import type { Work } from './work.ts';

export interface ExecutorParts {
  readonly component: Component;
  readonly pool: Instances;
  readonly hosts: Hosts;
  readonly output: GuestOutput;
  readonly permits: Permits;
  readonly work: Work;
  readonly events: Events;
  /** Every outcome has its evidence, also that of a guest that returned; what it printed to stdout is part of it. */
  readonly keepsEvidence?: boolean | undefined;
  /** How long an invocation may take, in milliseconds; undefined for as long as it likes. */
  readonly timeoutMs?: number | undefined;
}

/** What an event asks of the guest. */
export interface Call {
  readonly target: ExportedFunction;
  readonly args: readonly unknown[];
  /** Gets the result as soon as there is one. */
  readonly onReturn?: ((result: unknown) => void) | undefined;
  /** Asked when the guest has ended: resolves when the host has moved what it still moves for the invocation. */
  readonly moved?: (() => Promise<void> | undefined) | undefined;
  /** What waits for writes that the guest was told are done. */
  readonly reply?: RunParts['reply'];
  /** What a command is run with. */
  readonly command?: CommandIo | undefined;
  /**
   * How many components called each other for it. Such a call waits for no permit: the instance that waits for its answer has one,
   * and would keep it.
   */
  readonly depth?: number | undefined;
  /** Headers of the request that the event is, as they came. */
  readonly received?: Invocation['received'] | undefined;
}

export class Executor {
  readonly component: Component;
  readonly #parts: ExecutorParts;
  readonly #running = new Bag<InvocationRun>();
  #stopping: string | undefined;

  constructor(parts: ExecutorParts) {
    this.component = parts.component;
    this.#parts = parts;
  }

  /** Instances that are at work now. */
  get instances(): number {
    return this.#parts.permits.taken;
  }

  /**
   * Handles one trigger event. Never rejects.
   * `cause` names the event for logs: it is only made when somebody wants it.
   */
  invoke(cause: () => string, call: Call): Promise<Outcome> {
    if (call.depth) {
      this.#parts.permits.takeBeyond();
      return this.#run(cause, call);
    }
    const permit = this.#parts.permits.take();
    if (permit === true) return this.#run(cause, call);
    if (permit !== false) return permit.then(() => this.#run(cause, call));
    const outcome: Outcome = { kind: 'refused', reason: 'too many requests are waiting for an instance' };
    this.#publish(cause, outcome, undefined, performance.now());
    return Promise.resolve(outcome);
  }

  /** Resolves when nothing is at work. */
  idle(): Promise<void> {
    return this.#parts.permits.idle();
  }

  /** Gives up whatever still runs; what has not begun will not. */
  cancelAll(reason: string): void {
    this.#stopping = reason;
    for (const run of this.#running) run.giveUp(new Cancelled(reason));
  }

  /** Lets go of the idle instances. */
  close(): void {
    this.#parts.pool.close();
  }

  #publish(cause: () => string, outcome: Outcome, warnings: InvocationEvent['warnings'], began: number): void {
    const { events } = this.#parts;
    const { wanted } = events;
    if (wanted === undefined || (wanted === 'failures' && outcome.kind === 'returned' && !warnings)) return;
    events.publish({ component: this.component.id, cause: cause(), outcome, warnings, ms: performance.now() - began });
  }

  /** With a permit, which it gives back. The one promise between the guest's and the trigger's: each costs every request. */
  async #run(cause: () => string, { target, args, onReturn, moved, command, depth, received, reply }: Call): Promise<Outcome> {
    const { component, output, hosts, pool, work, permits, timeoutMs, keepsEvidence: keepsOutput } = this.#parts;
    const began = performance.now();
    if (this.#stopping !== undefined) {
      const outcome = cancelled(this.#stopping);
      this.#publish(cause, outcome, undefined, began);
      permits.give();
      return outcome;
    }
    const deadline = timeoutMs === undefined ? undefined : began + timeoutMs;
    const onTurn = work.watcher?.(component.id, cause);
    const run = new InvocationRun({ component, output, hosts, command, depth, received, reply, deadline, onTurn, keepsOutput });
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => run.expire(), timeoutMs);
    this.#running.add(run);
    work.began();
    let instance: TakenInstance | undefined;
    let thrown: unknown;
    try {
      const taken = pool.take(run);
      instance = taken instanceof Promise ? await taken : taken;
      run.enter();
      instance.enter(run);
      await run.untilGivenUp(instance.guest.call(target, args, onReturn));
      const moving = moved?.();
      if (moving) await run.untilGivenUp(moving);
    } catch (error) {
      thrown = error;
    }
    if (timer) clearTimeout(timer);
    this.#running.delete(run);
    work.ended();
    try {
      const outcome = this.#conclude(run, instance, thrown);
      this.#publish(cause, outcome, run.warnings, began);
      return outcome;
    } finally {
      permits.give();
    }
  }

  #conclude(run: InvocationRun, instance: TakenInstance | undefined, thrown: unknown): Outcome {
    // A guest that caught the host's trap and went on has trapped all the same.
    const { reason } = run;
    let fault = reason ?? thrown;
    try {
      instance?.leave();
    } catch (error) {
      fault ??= run.failed(error);
    }
    run.finish();
    if (instance) this.#parts.pool.give(instance, run, endingOf(fault));
    if ((fault === undefined || fault instanceof Exited) && run.bug === undefined) {
      return this.#parts.keepsEvidence ? { kind: 'returned', evidence: run.evidence } : { kind: 'returned' };
    }
    if (fault instanceof Cancelled) return cancelled(fault.message);
    if (fault instanceof NoInstance) return { kind: 'refused', reason: fault.message };
    const trap = guestTrap(fault ?? run.bug, run.lastWords, run.bug, this.#parts.pool.locate);
    return { kind: fault instanceof TimedOut ? 'timed-out' : 'trapped', trap, evidence: run.evidence };
  }
}

/** A guest whose time was over, or which was given up, may wait still. */
function endingOf(fault: unknown): Ending {
  if (fault === undefined) return 'returned';
  return fault instanceof Cancelled || fault instanceof TimedOut ? 'unfinished' : 'trapped';
}

const cancelled = (reason: string): Outcome => ({ kind: 'cancelled', reason });
