// Serves an app in workers. The thread that loads it runs no guest, so that it can act whatever guests do.
import type { App } from '../app/app.ts';
import type { InstanceOptions } from '../runtime/instance-options.ts';
import { compileCoreModules, type CoreModules } from '../wasm/compile.ts';
import type { PreparedComponent } from '../wasm/prepare.ts';
import type { ListenRequest } from '../trigger/http/listen-request.ts';
import type { ListenAddress } from '../trigger/http/port.ts';
import type { LoadedWorker } from './app-worker.ts';
import type { ServedApp, Serving, ServingOptions } from './serving.ts';
import type { SpareThread } from './spare-thread.ts';
import type { Warning } from './worker-messages.ts';
import { Workers } from './workers.ts';

/**
 * Beyond `requestTimeoutMs` an event loop that stands still is no guest that computes within its time. A guest that can be
 * preempted is ended at its deadline and never stops the loop; this is for those that cannot be, and for mistakes of ours.
 */
const graceMs = 2_000;

/** Without a deadline a guest may compute as long as it likes, but not hold up everyone else on its worker for ever. */
const silenceMs = 60_000;

/** Warnings that every worker gives are told once each; so many different ones are remembered. */
const toldOnceMax = 1_000;

export class WorkerServing implements Serving {
  readonly #workers: Workers;
  readonly #memoryBytesMax: number;
  #modules: Promise<CoreModules[]> = Promise.resolve([]);
  #loaded: LoadedWorker = { bindings: [], notices: [] };

  /** The first worker's thread starts already, while the app is being prepared, unless it is given one. */
  constructor(count: number, { instances, output, warn, progress, invocation }: ServingOptions, thread?: SpareThread) {
    const { requestTimeoutMs } = instances;
    this.#memoryBytesMax = instances.memoryBytesMax;
    const limitMs = requestTimeoutMs === undefined ? silenceMs : requestTimeoutMs + graceMs;
    const listener = { output, invocation, progress, warn: tellOnce(warn) };
    this.#workers = new Workers({ count, listener, silenceMs: limitMs, instances: shareOf(instances, count), thread });
  }

  /** Compiles the components in the background, while the stores are opened: `load` waits for it. */
  compile({ memoryBytesMax = this.#memoryBytesMax }: App, prepared: readonly PreparedComponent[]): void {
    this.#modules = Promise.all(prepared.map(one => compileCoreModules(one, memoryBytesMax)));
    // Whoever loads them hears of it.
    this.#modules.catch(() => {});
  }

  /** Throws TspinError. `compile` was called before. */
  async load({ app, prepared, hosts }: ServedApp): Promise<void> {
    const modules = await this.#modules;
    this.#loaded = await this.#workers.load({ app: { app, prepared, modules }, hosts });
  }

  get notices(): readonly string[] {
    return this.#loaded.notices;
  }

  get bindings(): readonly string[] {
    return this.#loaded.bindings;
  }

  get instances(): number {
    return this.#workers.instances;
  }

  get workers(): number {
    return this.#workers.ready;
  }

  get failed(): Promise<Error> {
    return this.#workers.failed;
  }

  listen(request: ListenRequest): Promise<ListenAddress> {
    return this.#workers.listen(request);
  }

  fetch(request: Request): Promise<Response> {
    return this.#workers.fetch(request);
  }

  close(drainMs: number): Promise<void> {
    return this.#workers.close(drainMs);
  }
}

function tellOnce(warn: (message: string) => void): (warning: Warning) => void {
  const told = new Set<string>();
  return ({ text, once }) => {
    if (once && told.has(text)) return;
    if (once && told.size < toldOnceMax) told.add(text);
    warn(text);
  };
}

/** What all workers may have together is divided among them: they do not ask one another. */
const shareOf = (instances: InstanceOptions, count: number): InstanceOptions => ({
  ...instances,
  instancesMax: Math.ceil(instances.instancesMax / count),
  instancesTotalMax: Math.ceil(instances.instancesTotalMax / count),
  memoryTotalBytesMax: Math.floor(instances.memoryTotalBytesMax / count),
});
