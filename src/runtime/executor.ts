// Runs one component's invocations: a fresh instance each, its host interfaces begun before and ended after, whatever happens.
import type { Component } from '../app/app.ts';
import type { AnyConfiguredHost, GuestOutput, AnyHostInterface, Invocation } from '../host/interface.ts';
import type { PlainBinding } from '../wit/plain.ts';
import type { AnyProvided } from '../wit/provided.ts';
import { Trap } from '../wit/trap.ts';
import type { ResourceNode } from '../wit/types.ts';
import type { Collector } from './collector.ts';
import type { Events, Outcome } from './events.ts';
import { guestTrap } from './guest-trap.ts';
import type { Permits } from './permits.ts';
import { InvocationRun } from './run.ts';

/** A component that can be instantiated; every call gives a fresh instance. */
export interface Instantiable {
  instantiate(imports: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

export interface HostPart {
  readonly host: AnyHostInterface;
  readonly configured: AnyConfiguredHost;
}

export interface ExecutorParts {
  readonly component: Component;
  readonly compiled: Instantiable;
  readonly binding: PlainBinding;
  readonly hosts: readonly HostPart[];
  readonly output: GuestOutput;
  readonly permits: Permits;
  readonly collector: Collector;
  readonly events: Events;
}

/** An instance during its one invocation. */
export interface Guest {
  readonly exports: Readonly<Record<string, unknown>>;
  /** A handle for a host object, to pass to an export. */
  wrap(resource: ResourceNode, object: unknown): object;
}

export class Executor {
  readonly component: Component;
  readonly #parts: ExecutorParts;
  readonly #running = new Set<InvocationRun>();

  constructor(parts: ExecutorParts) {
    this.component = parts.component;
    this.#parts = parts;
  }

  /**
   * Handles one trigger event: `call` calls the instance's export. Never rejects; undefined when too many invocations are
   * waiting for an instance already. `cause` names the event for logs.
   */
  async invoke(cause: string, call: (guest: Guest) => Promise<unknown>): Promise<Outcome | undefined> {
    const { permits, events } = this.#parts;
    if (!(await permits.take())) return undefined;
    const began = performance.now();
    try {
      const outcome = await this.#run(call);
      if (events.wanted) events.publish({ component: this.component.id, cause, outcome, ms: performance.now() - began });
      return outcome;
    } finally {
      permits.give();
    }
  }

  /** Gives up whatever still runs. */
  cancelAll(reason: string): void {
    for (const run of this.#running) run.giveUp(new Cancelled(reason));
  }

  async #run(call: (guest: Guest) => Promise<unknown>): Promise<Outcome> {
    const { component, output, binding, compiled, collector } = this.#parts;
    const states = new Map<HostPart, unknown>();
    const run = new InvocationRun(component, output, invocation => this.#begin(invocation, states));
    const instance = binding.instance(run);
    this.#running.add(run);
    try {
      const exports = await collector.instantiate(() => compiled.instantiate(instance.imports));
      const guest: Guest = { exports, wrap: (resource, object) => instance.wrap(resource, object) };
      await Promise.race([call(guest), run.givenUp]);
      return { kind: 'returned' };
    } catch (error) {
      if (error instanceof Cancelled) return { kind: 'cancelled', reason: error.message };
      return { kind: 'trapped', trap: guestTrap(error, run.lastWords.lines, run.bug) };
    } finally {
      this.#running.delete(run);
      instance.dropAll();
      run.finish();
      for (const [{ configured }, state] of states) configured.end?.(state as never);
    }
  }

  #begin(invocation: Invocation, states: Map<HostPart, unknown>): Map<AnyProvided, unknown> {
    const byProvided = new Map<AnyProvided, unknown>();
    for (const part of this.#parts.hosts) {
      const state = part.configured.begin(invocation);
      states.set(part, state);
      for (const provided of part.host.provides) byProvided.set(provided, state);
    }
    return byProvided;
  }
}

/** The invocation was ended from outside, not by a fault. */
class Cancelled extends Trap {}
