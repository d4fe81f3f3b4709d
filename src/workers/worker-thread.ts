// A worker: serves the app on a thread of its own, told by the main thread what to do.
import { parentPort, type MessagePort } from 'node:worker_threads';
import { hostInterfaces } from '../host/registry.ts';
import { Runtime } from '../runtime/runtime.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { tellFailures } from '../runtime/tell-failures.ts';
import { WorkCount, type Work } from '../runtime/work.ts';
import { HttpTriggers } from '../trigger/http/http-triggers.ts';
import { Preemption } from '../wasm/fast/preemption.ts';
import { keepCode, keepCodeMs } from '../util/keep-code.ts';
import { guestStackFrames } from '../util/stack-frames.ts';
import { Board } from './board.ts';
import { RingWriter } from './output-ring.ts';
import { postedError } from './posted-error.ts';
import { Teller } from './teller.ts';
import { answerFetch } from './worker-fetch.ts';
import type { FromWorker, ToWorker, WorkerApp, WorkerMemories } from './worker-messages.ts';

interface Serves {
  readonly runtime: Runtime;
  readonly triggers: HttpTriggers;
  readonly stopTelling: () => void;
}

class ServingWorker {
  readonly #main: MessagePort;
  readonly #teller: Teller;
  #serving: Serves | undefined;
  /** It has run what a start and a request need. */
  #hasServed = false;

  constructor(main: MessagePort) {
    this.#main = main;
    this.#teller = new Teller(told => this.#say({ kind: 'told', ...told }));
    main.on('message', (message: ToWorker) => void this.#hear(message));
  }

  async #hear(message: ToWorker): Promise<void> {
    switch (message.kind) {
      case 'load':
        return this.#load(message, message.memories);
      case 'listen':
        return this.#listen(message);
      case 'fetch':
        return answerFetch(message, request => this.#running.triggers.fetch(request));
      case 'heard':
        return this.#teller.heard();
      case 'close':
        return this.#close(message.drainMs);
    }
  }

  async #load(given: WorkerApp, memories: WorkerMemories): Promise<void> {
    try {
      this.#serving = await this.#start(given, memories);
      const { bindings, notices } = this.#serving.runtime;
      this.#say({ kind: 'loaded', bindings, notices });
    } catch (error) {
      this.#teller.flush();
      this.#say({ kind: 'failed', error: postedError(error) });
      this.#main.close();
    }
  }

  async #start({ app, prepared, modules, instances, shared, tellsInvocations }: WorkerApp, memories: WorkerMemories) {
    const board = new Board(memories.board);
    board.startBeating();
    const components = [...app.components.values()];
    const teller = this.#teller;
    const warnOnce = (text: string): void => teller.warn(text, 'once');
    const runtime = await Runtime.start(app, components, {
      hosts: hostInterfaces(),
      shared,
      prepared,
      modules,
      instances,
      output: new RingWriter(memories.ring, {
        components: components.map(({ id }) => id),
        tell: () => this.#say({ kind: 'printed' }),
        soon: tell => void setTimeout(tell, tellPrintedMs),
        warn: warnOnce,
      }),
      clock: systemClock,
      preemption: new Preemption({ memory: memories.preemption }),
      work: shownWork(memories.preemption, board),
      warn: warnOnce,
      progress: progress => this.#say({ kind: 'progress', progress }),
    });
    const triggers = HttpTriggers.of(app, text => teller.warn(text, 'always'));
    triggers.serve(runtime);
    const stopWaiting = runtime.events.listen(() => {
      this.#hasServed = true;
      stopWaiting();
      setTimeout(keepCode, keepCodeMs).unref();
    });
    const stopTelling = tellFailures(runtime.events, text => teller.warn(text, 'always'));
    if (tellsInvocations) runtime.events.listen(event => teller.invocation(event));
    return { runtime, triggers, stopTelling };
  }

  async #listen({ id, request, shared }: Extract<ToWorker, { kind: 'listen' }>): Promise<void> {
    try {
      const actual = await this.#running.triggers.listen(request, shared ? 'shared' : undefined);
      this.#say({ kind: 'listening', id, address: actual });
    } catch (error) {
      this.#say({ kind: 'refused', id, error: postedError(error) });
    }
  }

  async #close(drainMs: number): Promise<void> {
    const deadline = performance.now() + drainMs;
    if (this.#serving) {
      const { runtime, triggers, stopTelling } = this.#serving;
      await triggers.close(drainMs);
      // A guest may still be at work after its response.
      await runtime.idle(Math.max(0, deadline - performance.now()));
      await runtime.close();
      stopTelling();
    }
    this.#teller.flush();
    if (this.#hasServed) keepCode();
    this.#say({ kind: 'closed' });
    this.#main.close();
  }

  get #running(): Serves {
    if (!this.#serving) throw new Error('the worker has not loaded the app');
    return this.#serving;
  }

  #say(message: FromWorker): void {
    this.#main.postMessage(message, []);
  }
}

/** Counted for the ticker, and shown to the watchdog. */
function shownWork(memory: WebAssembly.Memory, board: Board): Work {
  const count = new WorkCount(memory);
  return {
    began: () => count.began(),
    ended: () => count.ended(),
    watcher: (component, cause) => {
      let text: string | undefined;
      return () => board.show((text ??= `component "${component}" on ${cause()}`));
    },
  };
}

/**
 * Of the slabs that small buffers are cut from, in bytes. One of node's 64 KiB lasts for hundreds of requests: V8 takes it for long-lived
 * and keeps it until it collects its old objects, which it did every two seconds for little else.
 */
const slabBytes = 8192;

/** Nobody sees that a line of output came so much later. */
const tellPrintedMs = 5;

Error.stackTraceLimit = guestStackFrames;
Buffer.poolSize = slabBytes;
if (!parentPort) throw new Error('worker-thread.ts runs as a worker thread only');
// It lives by its listener on the port.
void new ServingWorker(parentPort);
// What every app needs of Node, while the main thread still reads which it is.
for (const name of ['node:http', 'node:cluster', 'node:crypto']) process.getBuiltinModule(name);
