// The instances of one component: idle ones that were put back serve again, others are made; those long idle are let go.
import type { Component } from '../app/app.ts';
import type { GuestOutput } from '../host/interface.ts';
import type { GuestComponent, GuestInstance, LocateCode } from '../wasm/guest.ts';
import type { Collector } from './collector.ts';
import type { Hosts } from './host-states.ts';
import { InvocationRun } from './run.ts';

export interface PoolParts {
  readonly component: Component;
  readonly guest: GuestComponent;
  readonly hosts: Hosts;
  readonly output: GuestOutput;
  readonly collector: Collector;
  /** Put instances back and let them serve again, where they are fit for it. */
  readonly recycle: boolean;
  /** Also when the component asked for random numbers or the time while it was instantiated. */
  readonly recycleSeeded: boolean;
  /** How long an instance may be idle before it is let go, in milliseconds; one always stays. */
  readonly idleMs: number;
}

/** The invocation that an instance serves now: streams that it opened when it was made print for this one. */
interface Serving {
  run: InvocationRun | undefined;
}

/** An instance, while it lives. */
export class PooledInstance {
  readonly guest: GuestInstance;
  /** The invocation that it was made in, whose host states live as long as it does; undefined for one that serves once. */
  readonly home: InvocationRun | undefined;
  readonly #serving: Serving;
  idleSince = 0;

  constructor(guest: GuestInstance, home: InvocationRun | undefined, serving: Serving = { run: undefined }) {
    this.guest = guest;
    this.home = home;
    this.#serving = serving;
  }

  /** From now on the guest works for this invocation. */
  enter(run: InvocationRun): void {
    this.#serving.run = run;
    this.guest.enter(run);
  }

  dispose(): void {
    this.guest.dispose();
    this.home?.finish();
  }
}

export class InstancePool {
  readonly #parts: PoolParts;
  /** Those idle longest come first; the last is taken first, its memory being warm. */
  readonly #idle: PooledInstance[] = [];
  #timer: NodeJS.Timeout | undefined;
  #seeded: string | undefined;
  #closed = false;

  constructor(parts: PoolParts) {
    this.#parts = parts;
    parts.collector.onShortage(() => this.#letGo());
  }

  get #recycles(): boolean {
    return this.#parts.recycle && this.#parts.guest.unfit === undefined;
  }

  get locate(): LocateCode | undefined {
    return this.#parts.guest.locate;
  }

  get idle(): number {
    return this.#idle.length;
  }

  /** `asks for random numbers while it is instantiated`: put back, it would make the same of them each time (ADR 015). */
  get seeded(): string | undefined {
    return this.#seeded;
  }

  /** An instance for `run`. Throws what the component's start throws. */
  take(run: InvocationRun): PooledInstance | Promise<PooledInstance> {
    return this.#idle.pop() ?? this.#make(run);
  }

  /** After `run`: `usable` says that the guest returned and left nothing unfinished. */
  give(instance: PooledInstance, usable: boolean): void {
    if (!usable || this.#closed || !this.#recycles || !instance.guest.reset()) {
      if (usable) instance.guest.retire();
      return instance.dispose();
    }
    instance.idleSince = performance.now();
    this.#idle.push(instance);
    if (this.#idle.length > 1) this.#timer ??= setInterval(() => this.#trim(), this.#parts.idleMs).unref();
  }

  /** Makes an instance ahead of the first request. */
  async warmUp(): Promise<void> {
    if (!this.#recycles) return;
    this.give(await this.#makeRecycled(), true);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#letGo();
  }

  #letGo(): void {
    for (const instance of this.#idle.splice(0)) instance.dispose();
  }

  async #make(run: InvocationRun): Promise<PooledInstance> {
    if (this.#recycles) return this.#makeRecycled();
    const { guest, collector } = this.#parts;
    return new PooledInstance(await collector.instantiate(() => guest.instantiate(run)), undefined);
  }

  async #makeRecycled(): Promise<PooledInstance> {
    const { component, guest, hosts, output, collector, recycleSeeded } = this.#parts;
    const serving: Serving = { run: undefined };
    const home = new InvocationRun({
      component,
      hosts,
      output: { write: (id, stream, bytes) => (serving.run?.output ?? output).write(id, stream, bytes) },
    });
    try {
      const instance = new PooledInstance(await collector.instantiate(() => guest.instantiate(home)), home, serving);
      if (home.differing.length > 0 && !recycleSeeded) {
        this.#seeded ??= `asks for ${home.differing.join(' and ')} while it is instantiated`;
        guest.keepFresh(`it ${this.#seeded}`);
      }
      return instance;
    } catch (error) {
      home.finish();
      throw error;
    }
  }

  #trim(): void {
    const oldest = performance.now() - this.#parts.idleMs;
    while (this.#idle.length > 1 && (this.#idle[0]?.idleSince ?? oldest) < oldest) this.#idle.shift()?.dispose();
    if (this.#idle.length > 1) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
