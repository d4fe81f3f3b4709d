// Instances of a WASI 0.3 component that are reused, as `--max-instance-reuse-count` asks for (spin-behaviour 2.5).
import type { LocateCode } from '../wasm/guest.ts';
import type { Range, Reuse } from './instance-options.ts';
import { Home, type Ending, type Instances, type InstancesParts } from './instances.ts';
import { ReusedInstance } from './reused-instance.ts';
import type { InvocationRun } from './run.ts';

export class ReusedInstances implements Instances<ReusedInstance> {
  readonly #parts: InstancesParts;
  readonly #reuse: Reuse;
  /** Those that take more invocations. */
  readonly #open = new Set<ReusedInstance>();
  /** One is being made, for all who wait. */
  #making: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(parts: InstancesParts, reuse: Reuse) {
    this.#parts = parts;
    this.#reuse = reuse;
    parts.collector.onShortage(() => this.#dispose(() => true));
  }

  get locate(): LocateCode | undefined {
    return this.#parts.guest.locate;
  }

  /** Each instance draws its own seeds. */
  readonly seeded: string | undefined = undefined;

  get idle(): number {
    return [...this.#open].filter(({ isIdle }) => isIdle).length;
  }

  take(run: InvocationRun): ReusedInstance | Promise<ReusedInstance> {
    return this.#begin(run) ?? this.#wait(run);
  }

  give(instance: ReusedInstance, run: InvocationRun, ending: Ending): void {
    instance.end(run, ending);
    if (this.#closed || instance.isSpent) this.#open.delete(instance);
    if (!instance.isIdle) return;
    if (!this.#open.has(instance)) return instance.dispose();
    instance.idleUntil = performance.now() + draw(this.#reuse.idleMs);
    this.#timer ??= setInterval(() => this.#trim(), Math.max(10, this.#reuse.idleMs[0])).unref();
  }

  async warmUp(): Promise<void> {
    this.#open.add(await this.#make());
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#dispose(() => true);
  }

  #begin(run: InvocationRun): ReusedInstance | undefined {
    // The first that has room, so that the others become idle and are let go.
    for (const instance of this.#open) {
      if (!instance.hasRoom) continue;
      instance.begin(run);
      if (instance.isSpent) this.#open.delete(instance);
      return instance;
    }
    return undefined;
  }

  async #wait(run: InvocationRun): Promise<ReusedInstance> {
    for (;;) {
      const found = this.#begin(run);
      if (found) return found;
      // Whoever waited before may have taken all the room there is.
      await (this.#making ??= this.#makeOpen());
    }
  }

  async #makeOpen(): Promise<void> {
    try {
      this.#open.add(await this.#make());
    } finally {
      this.#making = undefined;
    }
  }

  async #make(): Promise<ReusedInstance> {
    const { collector, guest } = this.#parts;
    const home = new Home(this.#parts);
    try {
      const made = await collector.instantiate(() => guest.instantiate(home.run));
      return new ReusedInstance(made, home, { count: draw(this.#reuse.count), concurrent: draw(this.#reuse.concurrent) });
    } catch (error) {
      home.run.finish();
      throw error;
    }
  }

  #trim(): void {
    const now = performance.now();
    this.#dispose(({ idleUntil }) => idleUntil <= now);
    if (this.#open.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Those that are idle, of which `which` is true. */
  #dispose(which: (instance: ReusedInstance) => boolean): void {
    for (const instance of this.#open) {
      if (!instance.isIdle || !which(instance)) continue;
      this.#open.delete(instance);
      instance.dispose();
    }
  }
}

/** A number of the range. */
const draw = ([first, end]: Range): number => first + Math.floor(Math.random() * (end - first));
