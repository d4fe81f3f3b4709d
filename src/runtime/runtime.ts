// Makes a running app of plain data on one thread: configures the host interfaces, loads the components, keeps their executors.
import type { App, Component } from '../app/app.ts';
import { TspinError } from '../errors.ts';
import { Chain, type AnyHostInterface, type Clock, type GuestOutput, type HostContext } from '../host/interface.ts';
import { MemoryBudget } from '../wasm/fast/memory-budget.ts';
import type { CoreModules } from '../wasm/compile.ts';
import type { Preemption } from '../wasm/fast/preemption.ts';
import type { GuestComponent } from '../wasm/guest.ts';
import type { PreparedComponent } from '../wasm/prepare.ts';
import { PlainBinding } from '../wit/plain.ts';
import { Trap } from '../wit/trap.ts';
import { Collector } from './collector.ts';
import { Events } from './events.ts';
import { Executor } from './executor.ts';
import { guestTrap } from './guest-trap.ts';
import { Hosts, type HostPart } from './host-states.ts';
import { loadGuest, type GuestOptions } from './load-guest.ts';
import type { InstanceOptions } from './instance-options.ts';
import { Permits, SharedPermits } from './permits.ts';
import { ReusedInstances } from './reused-instances.ts';
import type { Instances, InstancesParts } from './instances.ts';
import { InstancePool } from './pool.ts';
import type { LoadProgress } from './prepare-components.ts';
import type { Work } from './work.ts';

/**
 * Invocations that may wait for an instance, of one component and of all. Each holds a socket and some KB.
 */
const waitingMax = 10_000;
/** Handles that one instance may hold; a guest that leaks them traps. */
const handlesMax = 100_000;
/** How long invocations that were cancelled may take to end. */
const cancelledMs = 1000;

export interface RuntimeOptions {
  /** The host interfaces on offer. */
  readonly hosts: readonly AnyHostInterface[];
  /** What each of them shares with other threads, from `SharedHosts.connect`. */
  readonly shared: readonly unknown[];
  /** The components to load, in their order. */
  readonly prepared: readonly PreparedComponent[];
  /** Their core modules, when another thread has compiled them already. */
  readonly modules?: readonly CoreModules[] | undefined;
  readonly output: GuestOutput;
  readonly clock: Clock;
  readonly instances: InstanceOptions;
  readonly preemption: Preemption;
  readonly work: Work;
  /** Every component is started once, also where that instance serves nobody: one that does not start is refused. */
  readonly triesAll?: boolean | undefined;
  /** Outcomes have their evidence, also those of guests that returned. */
  readonly keepsEvidence?: boolean | undefined;
  readonly warn: (message: string) => void;
  readonly progress: (progress: LoadProgress) => void;
}

export interface RunningComponent {
  readonly executor: Executor;
  readonly prepared: PreparedComponent;
  readonly guest: GuestComponent;
  /** Why it could be put back only if the user said so; undefined when that is not the reason. */
  readonly seeded: string | undefined;
}

export class Runtime {
  readonly events: Events = new Events();
  /** Where components' requests to the app itself go: whoever answers requests attaches himself. */
  readonly chain: Chain;
  readonly #components = new Map<string, RunningComponent>();
  readonly #hosts: Hosts;

  private constructor(hosts: readonly HostPart[], chain: Chain) {
    this.#hosts = new Hosts(hosts);
    this.chain = chain;
  }

  /** Loads the given components of the app, which are prepared. Throws TspinError; nothing is left open then. */
  static async start(app: App, components: readonly Component[], options: RuntimeOptions): Promise<Runtime> {
    const { output, clock, warn } = options;
    const chain = new Chain();
    const runtime = new Runtime(await configureAll(options, { app, components, output, clock, warn, chain }), chain);
    try {
      // Where the user has said it, on the command line or in the runtime configuration, the app has it.
      const { memoryBytesMax = options.instances.memoryBytesMax } = app;
      await runtime.#load(components, { ...options, instances: { ...options.instances, memoryBytesMax } });
    } catch (error) {
      await runtime.close();
      throw error;
    }
    return runtime;
  }

  component(id: string): RunningComponent {
    const found = this.#components.get(id);
    if (!found) throw new Error(`component ${id} is not loaded`);
    return found;
  }

  /** How each component is bound, a line each. */
  get bindings(): string[] {
    return [...this.#components].map(([id, { prepared, guest }]) => {
      const { files } = prepared;
      const served = guest.isReused
        ? 'instances are reused as they are'
        : guest.unfit === undefined
          ? 'instances are put back'
          : `fresh instances (${guest.unfit})`;
      if (files.bindings === 'plain') return `component "${id}": plain bindings by jco (${files.why}), a fresh instance each`;
      return `component "${id}": fast bindings, ${served}`;
    });
  }

  /** What was decided for the user, and how to have it otherwise. */
  get notices(): string[] {
    return [...this.#components].flatMap(([id, { seeded }]) => (seeded ? seededNotice(id, seeded) : []));
  }

  /** Instances that are at work now. */
  get instances(): number {
    return [...this.#components.values()].reduce((sum, { executor }) => sum + executor.instances, 0);
  }

  /** Resolves when no invocation runs, or after `deadlineMs`. */
  async idle(deadlineMs: number): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, deadlineMs);
    await Promise.race([Promise.all([...this.#components.values()].map(({ executor }) => executor.idle())), late.promise]);
    clearTimeout(timer);
  }

  /** Ends what still runs, then closes the host interfaces, the last configured first. */
  async close(): Promise<void> {
    for (const { executor } of this.#components.values()) executor.cancelAll('the app is stopping');
    // A run that was cancelled ends its host interfaces in a microtask or two: before those are closed.
    await this.idle(cancelledMs);
    for (const { executor } of this.#components.values()) executor.close();
    for (const { configured } of this.#hosts.parts.toReversed()) await configured.close?.();
  }

  async #load(components: readonly Component[], options: RuntimeOptions): Promise<void> {
    const { requestTimeoutMs: timeoutMs, idleMs } = options.instances;
    const recycle = options.instances.instances === 'recycled';
    const offers = options.hosts.flatMap(host => host.provides);
    let plainBinding: PlainBinding | undefined;
    const guestOptions: GuestOptions = {
      offers,
      plainBinding: () => (plainBinding ??= new PlainBinding(offers, handlesMax)),
      atOnce: this.#hosts.parts.flatMap(({ configured }) => configured.atOnce ?? []),
      preemption: options.preemption,
      limits: { handlesMax, memoryBytesMax: options.instances.memoryBytesMax },
      memoryBudget: new MemoryBudget(options.instances.memoryTotalBytesMax),
      recycle,
      reuse: options.instances.reuse !== undefined,
    };
    const collector = new Collector();
    const { instancesMax, instancesTotalMax } = options.instances;
    const shared = new SharedPermits({ max: Math.max(instancesMax, instancesTotalMax), waitingMax });
    for (const [index, component] of components.entries()) {
      const one = options.prepared[index];
      if (!one) throw new Error(`component ${component.id} was not prepared`);
      const began = performance.now();
      options.progress({ kind: 'loading', component: component.id });
      const { output, work } = options;
      const guest = await loadGuest(one, guestOptions, options.modules?.[index]);
      const recycleSeeded = options.instances.recycleSeeded.includes(component.id);
      const hosts = this.#hosts;
      const parts: InstancesParts = { component, guest, hosts, output, collector };
      const { reuse } = options.instances;
      const pool: Instances =
        reuse && guest.isReused
          ? new ReusedInstances(parts, reuse)
          : new InstancePool({ ...parts, recycle, recycleSeeded, idleMs });
      await warmUp(pool, component, options.triesAll);
      // Who waits is served later; who finds no memory is not.
      const fitting = Math.floor(options.instances.memoryTotalBytesMax / Math.max(1, guest.initialBytes));
      const permits = new Permits({ max: Math.max(1, Math.min(instancesMax, fitting)), waitingMax }, shared);
      const { events } = this;
      const { keepsEvidence } = options;
      const executor = new Executor({ component, pool, hosts, output, permits, work, events, timeoutMs, keepsEvidence });
      this.#components.set(component.id, { executor, prepared: one, guest, seeded: pool.seeded });
      options.progress({ kind: 'loaded', component: component.id, ms: performance.now() - began });
    }
  }
}

/** Throws TspinError when the component's own code fails while an instance is made. */
async function warmUp(pool: Instances, { id, source }: Component, triesAll: boolean | undefined): Promise<void> {
  try {
    await pool.warmUp(triesAll ? 'always' : undefined);
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError) && !(error instanceof Trap)) throw error;
    const { reason, frames } = guestTrap(error, [], undefined, pool.locate);
    const help = [
      'it traps before it is asked for anything: look at what it does when it is instantiated',
      ...frames.map(at => `at ${at}`),
    ];
    throw new TspinError('component-start-failed', `component "${id}" does not start: ${reason}`, {
      at: source.at,
      help,
      cause: error,
    });
  }
}

const seededNotice = (id: string, seeded: string): string =>
  `Component "${id}" ${seeded}, so every request gets a new instance of it. ` +
  `--recycle-seeded ${id} is faster: instances are put back, and every request starts from the same seeds.`;

async function configureAll({ hosts, shared }: RuntimeOptions, context: Omit<HostContext, 'shared'>): Promise<HostPart[]> {
  const parts: HostPart[] = [];
  try {
    for (const [place, host] of hosts.entries()) {
      parts.push({ host, configured: await host.configure({ ...context, shared: shared[place] }) });
    }
  } catch (error) {
    for (const { configured } of parts.toReversed()) await configured.close?.();
    throw error;
  }
  return parts;
}
