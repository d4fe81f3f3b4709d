// The library's door: everything that the command line does, a program can do.
import { availableParallelism } from 'node:os';
import type { App } from './app/app.ts';
import type { VariableOption } from './app/variable-options.ts';
import type { GuestOutput } from './host/interface.ts';
import { defaultInstanceOptions, type InstanceOptions } from './runtime/instance-options.ts';
import type { InvocationEvent } from './runtime/events.ts';
import type { LoadProgress } from './runtime/prepare-components.ts';
import type { RequestEvent } from './trigger/http/development.ts';
import type { RouteInfo } from './trigger/http/http-triggers.ts';
import { listenAs, type ListenOptions } from './trigger/http/listen-options.ts';
import { componentsCache } from './util/user-cache.ts';
import { Transpilers } from './wasm/transpilers.ts';
import { Generation, type GenerationOptions } from './workers/generation.ts';
import type { InlineServing, Retired } from './workers/inline-serving.ts';
import type { ServingOptions } from './workers/serving.ts';
import type { SpareThread } from './workers/spare-thread.ts';
import { workerCount, type WorkerCount } from './workers/worker-count.ts';
import { WorkerServing } from './workers/worker-serving.ts';

export type { App, Component, HttpTrigger, Mount, Trigger, Variable, VariablesProvider } from './app/app.ts';
export type { VariableOption } from './app/variable-options.ts';
export { errorKinds, formatError, TspinError, type ErrorCode, type SourceLocation } from './errors.ts';
export type { GuestOutput } from './host/interface.ts';
export type { InvocationEvent, Outcome } from './runtime/events.ts';
export type { InstanceOptions } from './runtime/instance-options.ts';
export type { GuestTrap } from './runtime/guest-trap.ts';
export type { RequestEvent } from './trigger/http/development.ts';
export type { RouteInfo } from './trigger/http/http-triggers.ts';
export type { ListenOptions } from './trigger/http/listen-options.ts';
export type { TlsFiles } from './trigger/http/tls-files.ts';
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
  /** Where `SPIN_VARIABLE_…` and `SPIN_OUTBOUND_H2C_PRIOR_KNOWLEDGE` are looked up, e.g. `process.env`; nowhere by default. `.env` in `cwd` is read in any case. */
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
  /** Start every component once before it serves, also those of which each request gets a new instance. False by default. */
  readonly tryComponents?: boolean;
  /** Takes what guests print; dropped by default. */
  readonly output?: GuestOutput;
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Traps, refused permissions and the like, each a text of one or more lines; dropped by default. */
  readonly onWarning?: (message: string) => void;
  /** Called when the manifest is read and nothing is open yet. What it throws ends the load, and nothing is left of it. */
  readonly beforeStart?: (app: App) => void | Promise<void>;
  /**
   * Somebody develops the app: who gets no response of a guest that failed gets the reason, as HTML, JSON or text by what he accepts,
   * and `onRequest` is told of every request. Only without workers.
   */
  readonly development?: { readonly onRequest: (event: RequestEvent) => void };
  /** Called after every invocation. */
  readonly onInvocation?: (event: InvocationEvent) => void;
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
  /**
   * Reads the app anew, with the options that it was loaded with, and answers with it from the next request on, on the same ports.
   * What has begun ends as it began; stores keep their data; `initialKeyValues` and `initialSql` are not run again. Throws TspinError,
   * and everything is as before then. Only without workers.
   */
  reload(): Promise<void>;
  /**
   * A component is being built, and `reload` will be called: what it needs is started meanwhile, so that it takes less time. Without
   * a reload it ends by itself.
   */
  expectReload(): void;
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
 *
 * @param spareThread the command line's, which starts a thread before it loads this.
 */
export async function loadApp(options: LoadAppOptions = {}, spareThread?: SpareThread): Promise<LoadedApp> {
  const { count, notice } = workersOf(options);
  const serving = servingOptions(options);
  // Its thread loads its code while the app is read and prepared.
  const workers = count > 0 ? new WorkerServing(count, serving, spareThread) : undefined;
  if (!workers) void spareThread?.worker.terminate();
  const reading = {
    ...generationOptions(options, serving),
    prepared: (app: App, prepared: Prepared) => workers?.compile(app, prepared),
  };
  let generation: Generation | undefined;
  try {
    generation = await Generation.open(reading);
    await workers?.load(generation);
    const answering = workers ?? (await startInline(generation, serving));
    return new RunningApp({ generation, reading, serving: answering, notices: notice === undefined ? [] : [notice] });
  } catch (error) {
    await workers?.close(0);
    await generation?.close();
    throw error;
  }
}

/** With workers this thread needs nothing of what runs guests, and does not load it. */
async function startInline(generation: Generation, serving: ServingOptions): Promise<InlineServing> {
  const { InlineServing: Inline } = await import('./workers/inline-serving.ts');
  return Inline.start(generation, serving);
}

type Prepared = Generation['prepared'];

function workersOf({ workers = 0 }: LoadAppOptions): WorkerCount {
  if (workers === 0) return { count: 0 };
  const wanted = workers === 'cores' ? undefined : workers;
  return workerCount({ wanted, platform: process.platform, cores: availableParallelism() });
}

function servingOptions(options: LoadAppOptions): ServingOptions {
  const { output = { write: () => {} }, onWarning = () => {}, onProgress = () => {}, tryComponents = false } = options;
  return {
    instances: { ...defaultInstanceOptions, ...options.instances },
    output,
    warn: onWarning,
    progress: onProgress,
    invocation: options.onInvocation,
    triesAll: tryComponents,
    development: options.development,
  };
}

function generationOptions(
  options: LoadAppOptions,
  { instances, warn, progress }: ServingOptions,
): Omit<GenerationOptions, 'prepared'> {
  return {
    application: { ...options, cwd: options.cwd ?? process.cwd(), memoryBytesMax: options.instances?.memoryBytesMax },
    cacheDirectory: options.cacheDirectory ?? componentsCache(),
    bindings: instances.bindings,
    transpilers: new Transpilers(),
    recycleSeeded: instances.recycleSeeded,
    address: options.address,
    beforeStart: options.beforeStart,
    warn,
    progress,
  };
}

/** How long what an earlier generation of the app has begun may go on: streams of events may have no end. */
const graceMs = 10 * 60_000;
/** Earlier generations that still work at something; beyond this the oldest are cut off. Each holds its components' memories. */
const retiredMax = 8;

interface RunningParts {
  readonly generation: Generation;
  readonly reading: GenerationOptions;
  readonly serving: InlineServing | WorkerServing;
  readonly notices: readonly string[];
}

class RunningApp implements LoadedApp {
  readonly #parts: RunningParts;
  #generation: Generation;
  readonly #retired = new Set<Retired>();
  #reloading: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(parts: RunningParts) {
    this.#parts = parts;
    this.#generation = parts.generation;
  }

  get app(): App {
    return this.#generation.app;
  }

  get routes(): readonly RouteInfo[] {
    return this.#generation.routes;
  }

  get notices(): readonly string[] {
    return [...this.#generation.notices, ...this.#parts.notices, ...this.#parts.serving.notices];
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

  listen(options: ListenOptions = {}): Promise<Listening> {
    return listenAs(options, request => this.#parts.serving.listen(request));
  }

  fetch(request: Request): Promise<Response> {
    return this.#parts.serving.fetch(request);
  }

  reload(): Promise<void> {
    const reloaded = this.#reloading.then(() => this.#reload());
    this.#reloading = reloaded.catch(() => {});
    return reloaded;
  }

  expectReload(): void {
    // Where it fails, `reload` does without.
    this.#parts.reading.transpilers.expect().catch(() => {});
  }

  close({ drainMs = 0 }: { drainMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(drainMs);
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #reload(): Promise<void> {
    const { serving, reading } = this.#parts;
    if (this.#closing) throw new Error('the app is closed');
    if (!('replace' in serving)) throw new Error('an app in workers cannot be reloaded: load it with workers: 0');
    const before = this.#generation;
    const next = await Generation.open(reading, before);
    let retired: Retired;
    try {
      retired = await serving.replace(next, graceMs);
    } catch (error) {
      await next.close(before);
      throw error;
    }
    this.#generation = next;
    const gone = retired.closed.then(async () => {
      this.#retired.delete(known);
      await before.close(this.#generation);
    });
    const known: Retired = { closed: gone, end: ms => retired.end(ms) };
    this.#retired.add(known);
    for (const oldest of [...this.#retired].slice(0, -retiredMax)) oldest.end(0);
  }

  async #close(drainMs: number): Promise<void> {
    await this.#reloading;
    this.#parts.reading.transpilers.close();
    for (const { end } of this.#retired) end(drainMs);
    await Promise.all([this.#parts.serving.close(drainMs), ...[...this.#retired].map(({ closed }) => closed)]);
    await this.#generation.close();
  }
}
