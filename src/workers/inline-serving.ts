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
import { Preemption } from '../wasm/fast/preemption.ts';
import type { ServedApp, Serving, ServingOptions } from './serving.ts';

interface Parts {
  readonly runtime: Runtime;
  readonly triggers: HttpTriggers;
  readonly ticker: Ticker;
  readonly stopTelling: () => void;
}

export class InlineServing implements Serving {
  readonly workers = 0;
  readonly failed: Promise<Error> = new Promise(() => {});
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Throws TspinError; nothing is left open then. */
  static async start({ app, prepared, hosts }: ServedApp, options: ServingOptions): Promise<InlineServing> {
    const { output, warn, progress, instances, invocation } = options;
    const preemption = new Preemption();
    const ticker = new Ticker(preemption.memory);
    const runtime = await Runtime.start(app, [...app.components.values()], {
      hosts: hostInterfaces(),
      shared: hosts.connect().data,
      prepared,
      instances,
      output,
      clock: systemClock,
      preemption,
      work: startingTicker(ticker, preemption.memory),
      warn,
      progress,
    });
    const stopTelling = tellFailures(runtime.events, warn);
    if (invocation) runtime.events.listen(invocation);
    const triggers = HttpTriggers.of(app, warn);
    triggers.serve(runtime);
    return new InlineServing({ runtime, triggers, ticker, stopTelling });
  }

  get notices(): readonly string[] {
    return this.#parts.runtime.notices;
  }

  get bindings(): readonly string[] {
    return this.#parts.runtime.bindings;
  }

  get instances(): number {
    return this.#parts.runtime.instances;
  }

  listen(request: ListenRequest): Promise<ListenAddress> {
    return this.#parts.triggers.listen(request);
  }

  fetch(request: Request): Promise<Response> {
    return this.#parts.triggers.fetch(request);
  }

  async close(drainMs: number): Promise<void> {
    const { triggers, runtime, ticker, stopTelling } = this.#parts;
    const deadline = performance.now() + drainMs;
    await triggers.close(drainMs);
    // A guest may still be at work after its response.
    await runtime.idle(Math.max(0, deadline - performance.now()));
    await runtime.close();
    await ticker.close();
    stopTelling();
  }
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
