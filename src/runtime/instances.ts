// Where an executor has its instances from: put back between invocations (pool.ts), or reused as they are (reused-instances.ts).
import type { Component } from '../app/app.ts';
import type { GuestOutput } from '../host/interface.ts';
import type { GuestComponent, GuestInstance, LocateCode } from '../wasm/guest.ts';
import type { Collector } from './collector.ts';
import type { Hosts } from './host-states.ts';
import { InvocationRun } from './run.ts';

export interface InstancesParts {
  readonly component: Component;
  readonly guest: GuestComponent;
  readonly hosts: Hosts;
  readonly output: GuestOutput;
  readonly collector: Collector;
}

/** An instance, as long as an invocation has it. */
export interface TakenInstance {
  readonly guest: GuestInstance;
  /** From now on the guest works for this invocation. */
  enter(run: InvocationRun): void;
  /** After the invocation: drops what it left behind. May throw what host interfaces throw. */
  leave(): void;
}

/**
 * How an invocation ended: its guest returned and left nothing unfinished; it was ended from outside while its guest waited;
 * or the guest trapped, and no code of the instance may run any more.
 */
export type Ending = 'returned' | 'unfinished' | 'trapped';

export interface Instances<Taken extends TakenInstance = TakenInstance> {
  readonly locate: LocateCode | undefined;
  /** Those that nobody uses. */
  readonly idle: number;
  /** Why instances are not put back, where the user can say otherwise (ADR 015). */
  readonly seeded: string | undefined;
  /** An instance for `run`. Throws what the component's start throws. */
  take(run: InvocationRun): Taken | Promise<Taken>;
  /** After `run`. */
  give(instance: Taken, run: InvocationRun, ending: Ending): void;
  /** Makes an instance ahead of the first request, or only to see that it starts: `always` also where it would not be kept. */
  warmUp(when?: 'always'): Promise<void>;
  close(): void;
}

/** The invocation that an instance is made in, whose host states live as long as it does. It prints for the one that it serves. */
export class Home {
  readonly run: InvocationRun;
  /** The invocation that the instance serves now. */
  serving: InvocationRun | undefined;

  constructor({ component, hosts, output }: Omit<InstancesParts, 'guest' | 'collector'>) {
    this.run = new InvocationRun({
      component,
      hosts,
      output: { write: (id, stream, bytes) => (this.serving?.output ?? output).write(id, stream, bytes) },
    });
  }
}
