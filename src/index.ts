// The library's door: everything that the command line does, a program can do.
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { App } from './app/app.ts';
import { loadApplication, type LoadedApplication } from './app/load-application.ts';
import { checkComponentIds } from './app/selection.ts';
import type { Clock, GuestOutput } from './host/interface.ts';
import { hostInterfaces } from './host/registry.ts';
import { defaultInstanceOptions, type InstanceOptions } from './runtime/instance-options.ts';
import type { InvocationEvent } from './runtime/events.ts';
import { describeTrap } from './runtime/guest-trap.ts';
import type { LoadProgress } from './runtime/prepare-components.ts';
import { Refusals } from './runtime/refusals.ts';
import { Runtime } from './runtime/runtime.ts';
import { HttpTriggers, type RouteInfo } from './trigger/http/http-triggers.ts';
import { checkAddress } from './trigger/http/server.ts';

export type { App, Component, HttpTrigger, Mount, Trigger } from './app/app.ts';
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
  /** `.spin` beside the manifest by default; `''` keeps state in memory. */
  readonly stateDirectory?: string;
  /** `logs` in the state directory by default; `''` for none. It is only said in `app`: `output` writes. */
  readonly logDirectory?: string;
  /** Written to the store `default` before the app starts. */
  readonly initialKeyValues?: readonly (readonly [string, string])[];
  /** Where `listen` will be asked to: a port that cannot be opened is refused before anything is prepared or stored. */
  readonly address?: ListenOptions;
  /** Mount the folders of `files` in place instead of copying them. */
  readonly directMounts?: boolean;
  /** Let guests write to their mounts. */
  readonly allowTransientWrite?: boolean;
  /** Where transpiled components are kept; `~/.cache/tspin/components` by default. */
  readonly cacheDirectory?: string;
  /** How instances are bound, kept and limited; what is left out is by default. */
  readonly instances?: Partial<InstanceOptions>;
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

const systemClock: Clock = {
  monotonicNow: () => process.hrtime.bigint(),
  wallNowMs: () => performance.timeOrigin + performance.now(),
};

/**
 * Loads a Spin application and makes it ready to answer. Throws TspinError for whatever the user can mend.
 *
 * @example
 * const app = await loadApp({ from: 'examples/kv-rust' });
 * const response = await app.fetch(new Request('http://localhost/hello'));
 * await app.close();
 */
export async function loadApp(options: LoadAppOptions = {}): Promise<LoadedApp> {
  const { output = { write: () => {} }, onWarning = () => {} } = options;
  const loaded = await loadApplication({ ...options, cwd: options.cwd ?? process.cwd() });
  try {
    for (const warning of loaded.warnings) onWarning(warning);
    const triggers = HttpTriggers.of(loaded.app, onWarning);
    const instances = { ...defaultInstanceOptions, ...options.instances };
    checkComponentIds(instances.recycleSeeded, [...loaded.app.components.keys()]);
    await options.beforeStart?.(loaded.app);
    if (options.address) await checkAddress(listenAddress(options.address));
    const runtime = await Runtime.start(loaded.app, [...loaded.app.components.values()], {
      hosts: hostInterfaces(),
      asyncExports: HttpTriggers.asyncExports,
      checkExports: component => HttpTriggers.checkExports(component),
      instances,
      cacheDirectory: options.cacheDirectory ?? join(homedir(), '.cache', 'tspin', 'components'),
      output,
      clock: systemClock,
      warn: onWarning,
      progress: options.onProgress ?? (() => {}),
    });
    const { onInvocation } = options;
    const refusals = new Refusals(onWarning);
    runtime.events.listen(({ component, cause, outcome, warnings = [] }) => {
      for (const warning of warnings) onWarning(`component "${component}" on ${cause}: ${warning}`);
      if ('trap' in outcome) onWarning(describeTrap(component, cause, outcome.trap));
      if (outcome.kind === 'refused') refusals.add(component, cause, outcome.reason);
    }, 'failures');
    if (onInvocation) runtime.events.listen(onInvocation);
    triggers.serve(runtime);
    return new RunningApp(loaded, { runtime, triggers, refusals });
  } catch (error) {
    await loaded.dispose();
    throw error;
  }
}

const listenAddress = ({ host = '127.0.0.1', port = 3000 }: ListenOptions): { host: string; port: number } => ({ host, port });

interface RunningParts {
  readonly runtime: Runtime;
  readonly triggers: HttpTriggers;
  readonly refusals: Refusals;
}

class RunningApp implements LoadedApp {
  readonly #loaded: LoadedApplication;
  readonly #runtime: Runtime;
  readonly #triggers: HttpTriggers;
  readonly #refusals: Refusals;
  #closing: Promise<void> | undefined;

  constructor(loaded: LoadedApplication, { runtime, triggers, refusals }: RunningParts) {
    this.#loaded = loaded;
    this.#runtime = runtime;
    this.#triggers = triggers;
    this.#refusals = refusals;
  }

  get app(): App {
    return this.#loaded.app;
  }

  get routes(): readonly RouteInfo[] {
    return this.#triggers.routes;
  }

  get notices(): readonly string[] {
    return [...this.#loaded.notices, ...this.#runtime.notices];
  }

  get bindings(): readonly string[] {
    return this.#runtime.bindings;
  }

  get instances(): number {
    return this.#runtime.instances;
  }

  async listen(options: ListenOptions = {}): Promise<Listening> {
    const address = await this.#triggers.listen(listenAddress(options));
    const shown = address.host.includes(':') ? `[${address.host}]` : address.host;
    return { ...address, url: `http://${shown}:${address.port}` };
  }

  fetch(request: Request): Promise<Response> {
    return this.#triggers.fetch(request);
  }

  close({ drainMs = 0 }: { drainMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(drainMs);
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(drainMs: number): Promise<void> {
    const deadline = performance.now() + drainMs;
    await this.#triggers.close(drainMs);
    // A guest may still be at work after its response.
    await this.#runtime.idle(Math.max(0, deadline - performance.now()));
    await this.#runtime.close();
    this.#refusals.close();
    await this.#loaded.dispose();
  }
}
