// Makes a running app of plain data: configures the host interfaces, prepares and compiles the components, keeps their executors.
import { rm } from 'node:fs/promises';
import type { App, Component } from '../app/app.ts';
import type { SourceLocation } from '../errors.ts';
import type { Clock, GuestOutput, HostContext, AnyHostInterface } from '../host/interface.ts';
import { compileComponent } from '../wasm/compile.ts';
import type { GuestComponent } from '../wasm/guest.ts';
import type { ComponentShape } from '../wasm/inspect.ts';
import { prepareComponent, type PreparedComponent, type PrepareEvent } from '../wasm/prepare.ts';
import { PlainComponent } from '../wasm/plain-component.ts';
import { PlainBinding } from '../wit/plain.ts';
import { Collector } from './collector.ts';
import { Events } from './events.ts';
import { Executor } from './executor.ts';
import { Hosts, type HostPart } from './host-states.ts';
import { checkImports } from './imports.ts';
import { Permits } from './permits.ts';
import { InstancePool } from './pool.ts';

/** Spin's own limit of instances alive at once (SPIN_MAX_INSTANCE_COUNT). */
const instancesMax = 1000;
/** Invocations that may wait for an instance. */
const waitingMax = 10_000;
/** Handles that one instance may hold; a guest that leaks them traps. */
const handlesMax = 100_000;
/** How long an instance may be idle before it is let go. */
const idleMs = 10_000;
/** How long invocations that were cancelled may take to end. */
const cancelledMs = 1000;

export interface LoadProgress {
  readonly kind: 'transpiling' | 'transpiled' | 'loading' | 'loaded';
  readonly component: string;
  /** How long it took, in milliseconds: for `transpiled` and `loaded`. */
  readonly ms?: number;
}

export interface RuntimeOptions {
  /** The host interfaces on offer. */
  readonly hosts: readonly AnyHostInterface[];
  /** Exports that triggers call and that may suspend: `wasi:http/incoming-handler#handle`. */
  readonly asyncExports: readonly string[];
  /** Throws TspinError when a component lacks what its triggers call. */
  readonly checkExports: (component: ExportingComponent) => void;
  readonly cacheDirectory: string;
  readonly output: GuestOutput;
  readonly clock: Clock;
  readonly warn: (message: string) => void;
  readonly progress: (progress: LoadProgress) => void;
}

export interface ExportingComponent {
  readonly id: string;
  /** Where the manifest names its source. */
  readonly at: SourceLocation | undefined;
  readonly exports: PreparedComponent['exports'];
}

export interface RunningComponent {
  readonly executor: Executor;
  readonly prepared: PreparedComponent;
}

export class Runtime {
  readonly events: Events = new Events();
  readonly #components = new Map<string, RunningComponent>();
  readonly #hosts: Hosts;

  private constructor(hosts: readonly HostPart[]) {
    this.#hosts = new Hosts(hosts);
  }

  /** Loads the given components of the app. Throws TspinError; nothing is left open then. */
  static async start(app: App, components: readonly Component[], options: RuntimeOptions): Promise<Runtime> {
    const prepared = await prepareAll(components, options);
    const { output, clock, warn } = options;
    const runtime = new Runtime(await configureAll(options.hosts, { app, components, output, clock, warn }));
    try {
      await runtime.#load(components, prepared, options);
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
    for (const { prepared } of this.#components.values()) {
      if (prepared.temporary) await rm(prepared.directory, { recursive: true, force: true });
    }
  }

  async #load(components: readonly Component[], prepared: readonly PreparedComponent[], options: RuntimeOptions): Promise<void> {
    const binding = new PlainBinding(
      options.hosts.flatMap(host => host.provides),
      handlesMax,
    );
    const collector = new Collector();
    for (const [index, component] of components.entries()) {
      const one = prepared[index];
      if (!one) throw new Error(`component ${component.id} was not prepared`);
      const began = performance.now();
      options.progress({ kind: 'loading', component: component.id });
      const { output } = options;
      const guest: GuestComponent = new PlainComponent(await compileComponent(one), binding, 'jco binds it');
      const pool = new InstancePool({ component, guest, hosts: this.#hosts, output, collector, recycle: true, idleMs });
      const permits = new Permits(instancesMax, waitingMax);
      const executor = new Executor({ component, pool, hosts: this.#hosts, output, permits, events: this.events });
      this.#components.set(component.id, { executor, prepared: one });
      options.progress({ kind: 'loaded', component: component.id, ms: performance.now() - began });
    }
  }
}

/** One after the other: a transpiling process takes 200 MB. */
async function prepareAll(components: readonly Component[], options: RuntimeOptions): Promise<PreparedComponent[]> {
  const offered = options.hosts.flatMap(host => host.provides.map(provided => provided.wit));
  const asyncImports = offered.flatMap(wit =>
    Object.entries(wit.functions).flatMap(([name, declared]) => (declared.waits ? [`${wit.name}#${name}`] : [])),
  );
  const prepared: PreparedComponent[] = [];
  const { cacheDirectory, asyncExports } = options;
  for (const { id, source } of components) {
    const onProgress = (event: PrepareEvent): void => tellProgress(event, options);
    const { path, at, buildCommands } = source;
    const checkShape = ({ imports, exports }: ComponentShape): void => {
      checkImports({ id, at, imports }, offered);
      options.checkExports({ id, at, exports });
    };
    const request = { componentId: id, path, at, buildCommands };
    prepared.push(
      await prepareComponent(request, { cacheDirectory, asyncImports, asyncExports, bindings: 'plain', checkShape, onProgress }),
    );
  }
  return prepared;
}

function tellProgress(event: PrepareEvent, { progress, warn }: RuntimeOptions): void {
  if (event.kind === 'cache-unusable') {
    warn(`the cache ${event.cacheDirectory} cannot be used (${event.reason}), so components are prepared anew at every start`);
  } else {
    progress({ kind: event.kind === 'transpiling' ? 'transpiling' : 'transpiled', component: event.componentId });
  }
}

async function configureAll(hosts: readonly AnyHostInterface[], context: HostContext): Promise<HostPart[]> {
  const parts: HostPart[] = [];
  try {
    for (const host of hosts) parts.push({ host, configured: await host.configure(context) });
  } catch (error) {
    for (const { configured } of parts.toReversed()) await configured.close?.();
    throw error;
  }
  return parts;
}
