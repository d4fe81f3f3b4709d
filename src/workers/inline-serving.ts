// Serves an app on the thread that loads it: for debuggers, tests and programs that want no other thread.
import { hostInterfaces } from '../host/registry.ts';
import { Runtime } from '../runtime/runtime.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { tellFailures } from '../runtime/tell-failures.ts';
import { Ticker } from '../runtime/ticker.ts';
import { WorkCount, type Work } from '../runtime/work.ts';
import { HttpTriggers } from '../trigger/http/http-triggers.ts';
import type { ListenRequest } from '../trigger/http/listen-request.ts';
import type { ListenAddress } from '../trigger/http/port.ts';
import { compileCoreModules, type CoreModules } from '../wasm/compile.ts';
import { Preemption } from '../wasm/fast/preemption.ts';
import type { PreparedComponent } from '../wasm/prepare.ts';
import type { ServedApp, Serving, ServingOptions } from './serving.ts';

/** What serves one generation of the app. */
interface Served {
  readonly runtime: Runtime;
  readonly triggers: HttpTriggers;
  readonly modules: ReadonlyMap<string, CoreModules>;
  readonly stopTelling: () => void;
}

/** What all generations have on this thread. */
interface Thread {
  readonly options: ServingOptions;
  readonly preemption: Preemption;
  readonly ticker: Ticker;
}

/** A generation that answers no more requests. */
export interface Retired {
  /** Resolves when what it had begun has ended, or is cut off, and it is closed. */
  readonly closed: Promise<void>;
  /** What it still does is cut off after so many milliseconds. */
  readonly end: (drainMs: number) => void;
}

export class InlineServing implements Serving {
  readonly workers = 0;
  readonly failed: Promise<Error> = new Promise(() => {});
  readonly #thread: Thread;
  /** They own the ports. */
  readonly #triggers: HttpTriggers;
  #served: Served;

  private constructor(thread: Thread, served: Served) {
    this.#thread = thread;
    this.#served = served;
    this.#triggers = served.triggers;
  }

  /** Throws TspinError; nothing is left open then. */
  static async start(app: ServedApp, options: ServingOptions): Promise<InlineServing> {
    const preemption = new Preemption();
    const thread: Thread = { options, preemption, ticker: new Ticker(preemption.memory) };
    return new InlineServing(thread, await serveOn(thread, app));
  }

  get notices(): readonly string[] {
    return this.#served.runtime.notices;
  }

  get bindings(): readonly string[] {
    return this.#served.runtime.bindings;
  }

  get instances(): number {
    return this.#served.runtime.instances;
  }

  /**
   * Loads another generation beside the one that serves, and answers with it from the next request on. What has begun goes on as it
   * began, for `graceMs` at most. Throws TspinError, and nothing has changed then.
   */
  async replace(app: ServedApp, graceMs: number): Promise<Retired> {
    const before = this.#served;
    const next = await serveOn(this.#thread, app, before.modules);
    this.#triggers.follow(next.triggers);
    this.#served = next;
    return retire(before, graceMs);
  }

  listen(request: ListenRequest): Promise<ListenAddress> {
    return this.#triggers.listen(request);
  }

  fetch(request: Request): Promise<Response> {
    return this.#triggers.fetch(request);
  }

  async close(drainMs: number): Promise<void> {
    const deadline = performance.now() + drainMs;
    await this.#triggers.close(drainMs);
    // A guest may still be at work after its response.
    await closeServed(this.#served, Math.max(0, deadline - performance.now()));
    await this.#thread.ticker.close();
  }
}

/** `known`: modules that are compiled already. */
async function serveOn(
  { options, preemption, ticker }: Thread,
  { app, prepared, hosts }: ServedApp,
  known: Served['modules'] = new Map(),
): Promise<Served> {
  const { output, warn, progress, instances, invocation } = options;
  const { memoryBytesMax = instances.memoryBytesMax } = app;
  const keyOf = (one: PreparedComponent): string => moduleKey(one, memoryBytesMax);
  const modules = await Promise.all(
    prepared.map(async one => known.get(keyOf(one)) ?? (await compileCoreModules(one, memoryBytesMax))),
  );
  const runtime = await Runtime.start(app, [...app.components.values()], {
    hosts: hostInterfaces(),
    shared: hosts.connect().data,
    prepared,
    modules,
    instances,
    output,
    clock: systemClock,
    preemption,
    work: startingTicker(ticker, preemption.memory),
    triesAll: options.triesAll,
    keepsEvidence: options.development !== undefined,
    warn,
    progress,
  });
  const stopTelling = tellFailures(runtime.events, warn);
  if (invocation) runtime.events.listen(invocation);
  const triggers = HttpTriggers.of(app, warn);
  triggers.serve(runtime, options.development);
  return {
    runtime,
    triggers,
    stopTelling,
    modules: new Map(prepared.map((one, index) => [keyOf(one), modules[index] ?? {}])),
  };
}

/** The same folder of the cache holds the same modules; they are compiled for the memory that they may have. */
const moduleKey = ({ directory }: PreparedComponent, memoryBytesMax: number): string => `${directory} ${memoryBytesMax}`;

function retire(served: Served, graceMs: number): Retired {
  let cut: (() => void) | undefined;
  const controller = new Promise<void>(resolve => void (cut = resolve));
  const timers = new Set<NodeJS.Timeout>();
  const end = (ms: number): void => void timers.add(setTimeout(() => cut?.(), ms).unref());
  end(graceMs);
  const closed = Promise.race([idle(served.runtime), controller]).then(() => {
    for (const timer of timers) clearTimeout(timer);
    return closeServed(served, 0);
  });
  return { closed, end };
}

/** An invocation may have waited for a permit of another component: only when none is at work nobody waits. */
async function idle(runtime: Runtime): Promise<void> {
  while (runtime.instances > 0) await runtime.idle(idleLookMs);
}

/** How often it is looked whether a generation is done, besides when its components say so, in milliseconds. */
const idleLookMs = 60_000;

async function closeServed({ runtime, stopTelling }: Served, drainMs: number): Promise<void> {
  await runtime.idle(drainMs);
  await runtime.close();
  stopTelling();
}

/** The ticker's thread is started by the first invocation. */
function startingTicker(ticker: Ticker, memory: WebAssembly.Memory): Work {
  const count = new WorkCount(memory);
  return {
    began: () => {
      count.began();
      ticker.start();
    },
    ended: () => count.ended(),
  };
}
