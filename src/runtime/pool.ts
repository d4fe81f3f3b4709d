// The instances of one component: idle ones that were put back serve again, others are made; those long idle are let go.
import type { GuestInstance, LocateCode } from '../wasm/guest.ts';
import { Home, type Ending, type Instances, type InstancesParts, type TakenInstance } from './instances.ts';
import type { InvocationRun } from './run.ts';

export interface PoolParts extends InstancesParts {
  /** Put instances back and let them serve again, where they are fit for it. */
  readonly recycle: boolean;
  /** Also when the component asked for random numbers or the time while it was instantiated. */
  readonly recycleSeeded: boolean;
  /** How long an instance may be idle before it is let go, in milliseconds; one always stays. */
  readonly idleMs: number;
}

/** An instance, while it lives. */
export class PooledInstance implements TakenInstance {
  readonly guest: GuestInstance;
  /** What it was made in; undefined for one that serves once, and was made in the invocation that it serves. */
  readonly #home: Home | undefined;
  idleSince = 0;

  constructor(guest: GuestInstance, home: Home | undefined) {
    this.guest = guest;
    this.#home = home;
  }

  enter(run: InvocationRun): void {
    if (this.#home) this.#home.serving = run;
    this.guest.enter(run);
  }

  leave(): void {
    this.guest.leave();
  }

  dispose(): void {
    this.guest.dispose();
    this.#home?.run.finish();
  }
}

export class InstancePool implements Instances<PooledInstance> {
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

  give(instance: PooledInstance, _run: InvocationRun, ending: Ending): void {
    this.#give(instance, ending === 'returned');
  }

  /** Makes an instance ahead of the first request. */
  async warmUp(when?: 'always'): Promise<void> {
    if (!this.#recycles && when !== 'always') return;
    this.#give(await this.#makeRecycled(), true);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#letGo();
  }

  #give(instance: PooledInstance, usable: boolean): void {
    if (!usable || this.#closed || !this.#recycles || !instance.guest.reset()) {
      if (usable) instance.guest.retire();
      return instance.dispose();
    }
    instance.idleSince = performance.now();
    this.#idle.push(instance);
    if (this.#idle.length > 1) this.#timer ??= setInterval(() => this.#trim(), this.#parts.idleMs).unref();
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
    const { guest, collector, recycleSeeded } = this.#parts;
    const home = new Home(this.#parts);
    try {
      const instance = new PooledInstance(await collector.instantiate(() => guest.instantiate(home.run)), home);
      const { differing } = home.run;
      if (differing.length > 0 && !recycleSeeded) {
        this.#seeded ??= `asks for ${differing.join(' and ')} while it is instantiated`;
        guest.keepFresh(`it ${this.#seeded}`);
      }
      return instance;
    } catch (error) {
      home.run.finish();
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
