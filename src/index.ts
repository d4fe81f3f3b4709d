// The library's door: everything that the command line does, a program can do.
import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import type { App } from './app/app.ts';
import { loadApplication } from './app/load-application.ts';
import { checkComponentIds } from './app/selection.ts';
import type { VariableOption } from './app/variable-options.ts';
import type { GuestOutput } from './host/interface.ts';
import { hostInterfaces } from './host/registry.ts';
import { defaultInstanceOptions, type InstanceOptions } from './runtime/instance-options.ts';
import type { InvocationEvent } from './runtime/events.ts';
import {
  prepareComponents,
  removeTemporary,
  type LoadProgress,
  type PrepareComponentsOptions,
} from './runtime/prepare-components.ts';
import { fetchSources } from './runtime/fetch-sources.ts';
import { SharedHosts } from './runtime/shared-hosts.ts';
import { HttpTriggers, type RouteInfo } from './trigger/http/http-triggers.ts';
import { checkAddress } from './trigger/http/server.ts';
import { InlineServing } from './workers/inline-serving.ts';
import type { Serving, ServingOptions } from './workers/serving.ts';
import { workerCount, type WorkerCount } from './workers/worker-count.ts';
import { WorkerServing } from './workers/worker-serving.ts';

export type { App, Component, HttpTrigger, Mount, Trigger, Variable, VariablesProvider } from './app/app.ts';
export type { VariableOption } from './app/variable-options.ts';
export { errorKinds, formatError, TspinError, type ErrorCode, type SourceLocation } from './errors.ts';
export type { GuestOutput } from './host/interface.ts';
export type { InvocationEvent, Outcome } from './runtime/events.ts';
export type { InstanceOptions } from './runtime/instance-options.ts';
export type { GuestTrap } from './runtime/guest-trap.ts';
export type { RouteInfo } from './trigger/http/http-triggers.ts';
export type ProgressEvent = LoadProgress;

export interface LoadAppOptions {
  /** The manifest or the folder that holds it; without it, spin.toml in `cwd` or above. */
  readonly from?: string;
  /** The folder that relative paths start from; the process's own by default. */
  readonly cwd?: string;
  /** Environment variables for every component, over those of the manifest. */
  readonly env?: readonly (readonly [string, string])[];
  /** Ids of the components to keep; all by default. */
  readonly components?: readonly string[];
  /** The profile of the manifest that is run; none by default. */
  readonly profile?: string;
  /** `.spin` beside the manifest by default; `''` keeps state in memory. */
  readonly stateDirectory?: string;
  /** `logs` in the state directory by default; `''` for none. It is only said in `app`: `output` writes. */
  readonly logDirectory?: string;
  /** Written to the store `default` before the app starts. */
  readonly initialKeyValues?: readonly (readonly [string, string])[];
  /** Run on SQLite databases before the app starts: SQL for `default`, or `@FILE` or `@FILE:LABEL` with statements. */
  readonly initialSql?: readonly string[];
  /** The file of Spin's runtime configuration, which says what is behind labels and providers. */
  readonly runtimeConfigFile?: string;
  /** Values of application variables, or files of them; they come before every provider, and later ones win. */
  readonly variables?: readonly VariableOption[];
  /** Where `SPIN_VARIABLE_…` is looked up, e.g. `process.env`; nowhere by default. `.env` in `cwd` is read in any case. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where `listen` will be asked to: a port that cannot be opened is refused before anything is prepared or stored. */
  readonly address?: ListenOptions;
  /** Mount the folders of `files` in place instead of copying them. */
  readonly directMounts?: boolean;
  /** Let guests write to their mounts. */
  readonly allowTransientWrite?: boolean;
  /** Where transpiled components are kept, and below `registry` downloaded ones; `~/.cache/tspin/components` and `~/.cache/tspin` by default. */
  readonly cacheDirectory?: string;
  /** How instances are bound, kept and limited; what is left out is by default. */
  readonly instances?: Partial<InstanceOptions>;
  /**
   * Threads that serve. 0, the default: the thread that calls, good for debuggers and tests; a guest that computes holds it up.
   * `'cores'`: one per core. Ports are shared by several workers on Linux only; elsewhere more than one become one.
   */
  readonly workers?: number | 'cores';
  /** Takes what guests print; dropped by default. */
  readonly output?: GuestOutput;
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Traps, refused permissions and the like, each a text of one or more lines; dropped by default. */
  readonly onWarning?: (message: string) => void;
  /** Called when the manifest is read and nothing is open yet. What it throws ends the load, and nothing is left of it. */
  readonly beforeStart?: (app: App) => void | Promise<void>;
  /** Called after every invocation. */
  readonly onInvocation?: (event: InvocationEvent) => void;
}

/** 127.0.0.1:3000 by default; port 0 for any free one. */
export interface ListenOptions {
  readonly host?: string;
  readonly port?: number;
}

/** A running app. It answers `fetch` at once; `listen` opens a port for it. */
export interface LoadedApp extends AsyncDisposable {
  readonly app: App;
  /** In the order in which routes are tried. */
  readonly routes: readonly RouteInfo[];
  /** What was decided for the user and should be said. */
  readonly notices: readonly string[];
  /** How each component is bound, a line each. */
  readonly bindings: readonly string[];
  /** Instances that are at work now. */
  readonly instances: number;
  /** Workers that take requests now: all but those that still start or are being replaced. 0 without workers. */
  readonly workers: number;
  /** Resolves, with the reason, when the app cannot answer any more and should be closed: its workers cannot be started. */
  readonly failed: Promise<Error>;
  /** Opens a port. Throws TspinError. May be called more than once. */
  listen(address?: ListenOptions): Promise<Listening>;
  /** Answers a request in process, without a socket. */
  fetch(request: Request): Promise<Response>;
  /** Stops listening, lets requests in flight finish for `drainMs` (default 0), ends the rest, closes the stores. */
  close(options?: { readonly drainMs?: number }): Promise<void>;
}

export interface Listening {
  readonly url: string;
  readonly host: string;
  readonly port: number;
}

/**
 * Loads a Spin application and makes it ready to answer. Throws TspinError for whatever the user can mend.
 *
 * @example
 * const app = await loadApp({ from: 'examples/kv-rust' });
 * const response = await app.fetch(new Request('http://localhost/hello'));
 * await app.close();
 */
export async function loadApp(options: LoadAppOptions = {}): Promise<LoadedApp> {
  const { onWarning = () => {} } = options;
  const { count, notice } = workersOf(options);
  const given = servingOptions(options);
  // Its thread loads its code while the app is read and prepared.
  const workers = count > 0 ? new WorkerServing(count, given) : undefined;
  const loading = new AppLoading();
  try {
    const loaded = await loadApplication({ ...options, cwd: options.cwd ?? process.cwd() });
    loading.undo(() => loaded.dispose());
    const { app } = loaded;
    const serving = { ...given, instances: limitedBy(app, options, given.instances) };
    const triggers = HttpTriggers.of(app, onWarning);
    for (const warning of [...loaded.warnings, ...triggers.warnings]) onWarning(warning);
    checkComponentIds(serving.instances.recycleSeeded, [...app.components.keys()]);
    await options.beforeStart?.(app);
    if (options.address) await checkAddress(listenAddress(options.address));
    const components = [...app.components.values()];
    await fetchSources(components, { progress: serving.progress });
    const prepared = await prepareComponents(components, prepareOptions(options, serving, triggers));
    loading.undo(() => removeTemporary(prepared));
    workers?.compile(prepared, serving.instances);
    const hosts = await SharedHosts.open(hostInterfaces(), { app, components, warn: onWarning });
    loading.undo(() => hosts.close());
    const served = { app, prepared, hosts };
    await workers?.load(served);
    const answering = workers ?? (await InlineServing.start(served, serving));
    const notices = [...loaded.notices, ...(notice === undefined ? [] : [notice]), ...answering.notices];
    return new RunningApp({ app, notices, routes: triggers.routes, serving: answering, undo: () => loading.undoAll() });
  } catch (error) {
    await workers?.close(0);
    await loading.undoAll();
    throw error;
  }
}

/** The runtime configuration limits memory where the caller does not. */
function limitedBy(app: App, { instances = {} }: LoadAppOptions, options: InstanceOptions): InstanceOptions {
  const { maxInstanceMemory } = app;
  const isGiven = instances.memoryBytesMax !== undefined || maxInstanceMemory === undefined;
  return isGiven ? options : { ...options, memoryBytesMax: maxInstanceMemory };
}

/** What was opened on the way to a running app. */
class AppLoading {
  readonly #steps: (() => Promise<void>)[] = [];

  undo(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  /** The last first. */
  async undoAll(): Promise<void> {
    for (const step of this.#steps.splice(0).toReversed()) await step();
  }
}

function workersOf({ workers = 0 }: LoadAppOptions): WorkerCount {
  if (workers === 0) return { count: 0 };
  const wanted = workers === 'cores' ? undefined : workers;
  return workerCount({ wanted, platform: process.platform, cores: availableParallelism() });
}

function servingOptions(options: LoadAppOptions): ServingOptions {
  const { output = { write: () => {} }, onWarning = () => {}, onProgress = () => {} } = options;
  return {
    instances: { ...defaultInstanceOptions, ...options.instances },
    output,
    warn: onWarning,
    progress: onProgress,
    invocation: options.onInvocation,
  };
}

function prepareOptions(
  { cacheDirectory }: LoadAppOptions,
  { instances, warn, progress }: ServingOptions,
  triggers: HttpTriggers,
): PrepareComponentsOptions {
  return {
    hosts: hostInterfaces(),
    asyncExports: HttpTriggers.asyncExports,
    checkExports: component => triggers.checkExports(component),
    cacheDirectory: cacheDirectory ?? join(homedir(), '.cache', 'tspin', 'components'),
    bindings: instances.bindings,
    warn,
    progress,
  };
}

const listenAddress = ({ host = '127.0.0.1', port = 3000 }: ListenOptions): { host: string; port: number } => ({ host, port });

interface RunningParts {
  readonly app: App;
  readonly routes: readonly RouteInfo[];
  readonly notices: readonly string[];
  readonly serving: Serving;
  /** Lets go of what was opened for it, after the end. */
  readonly undo: () => Promise<void>;
}

class RunningApp implements LoadedApp {
  readonly #parts: RunningParts;
  #closing: Promise<void> | undefined;

  constructor(parts: RunningParts) {
    this.#parts = parts;
  }

  get app(): App {
    return this.#parts.app;
  }

  get routes(): readonly RouteInfo[] {
    return this.#parts.routes;
  }

  get notices(): readonly string[] {
    return this.#parts.notices;
  }

  get bindings(): readonly string[] {
    return this.#parts.serving.bindings;
  }

  get instances(): number {
    return this.#parts.serving.instances;
  }

  get workers(): number {
    return this.#parts.serving.workers;
  }

  get failed(): Promise<Error> {
    return this.#parts.serving.failed;
  }

  async listen(options: ListenOptions = {}): Promise<Listening> {
    const address = await this.#parts.serving.listen(listenAddress(options));
    const shown = address.host.includes(':') ? `[${address.host}]` : address.host;
    return { ...address, url: `http://${shown}:${address.port}` };
  }

  fetch(request: Request): Promise<Response> {
    return this.#parts.serving.fetch(request);
  }

  close({ drainMs = 0 }: { drainMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(drainMs);
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(drainMs: number): Promise<void> {
    await this.#parts.serving.close(drainMs);
    await this.#parts.undo();
  }
}
