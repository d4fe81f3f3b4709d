// A worker as the main thread has it: hands its thread the app, and knows when and why it ended.
import type { Transferable, Worker } from 'node:worker_threads';
import type { GuestOutput } from '../host/interface.ts';
import type { InvocationEvent } from '../runtime/events.ts';
import type { LoadProgress } from '../runtime/prepare-components.ts';
import { WorkCount } from '../runtime/work.ts';
import type { ListenRequest } from '../trigger/http/listen-request.ts';
import type { ListenAddress } from '../trigger/http/port.ts';
import { Board, newBoardMemory } from './board.ts';
import { newRingMemory, RingReader } from './output-ring.ts';
import { receivedError } from './posted-error.ts';
import { startThread, type SpareThread, type ThreadEnd } from './spare-thread.ts';
import { fetchFrom } from './worker-fetch.ts';
import type { FromWorker, ToWorker, Warning, WorkerApp, WorkerMemories } from './worker-messages.ts';

/** Takes what a worker says. */
export interface WorkerListener {
  readonly output: GuestOutput;
  readonly warn: (warning: Warning) => void;
  readonly invocation: ((event: InvocationEvent) => void) | undefined;
  readonly progress: (progress: LoadProgress) => void;
}

export interface LoadedWorker {
  readonly bindings: readonly string[];
  readonly notices: readonly string[];
}

/** After its time to drain is over, a worker may take so long to let go of its stores before it is ended. */
const closeMs = 2_000;

export class AppWorker {
  /** From 1. */
  readonly number: number;
  /** Resolves when the thread is gone, with the reason (`ran out of memory`) unless the worker was asked to close. */
  readonly ended: Promise<string | undefined>;
  readonly #thread: Worker;
  readonly #board: Board;
  readonly #work: WorkCount;
  readonly #listener: WorkerListener;
  readonly #memories: WorkerMemories;
  #ring: RingReader | undefined;
  readonly #loaded = Promise.withResolvers<LoadedWorker>();
  readonly #listens = new Map<number, PromiseWithResolvers<ListenAddress>>();
  readonly #closed = Promise.withResolvers<void>();
  #listenCount = 0;
  #reason: string | undefined;
  #closing = false;

  /** `preemption`: the memory of the worker's `Preemption`. `thread`: one that was started before; by default it starts its own. */
  constructor(number: number, preemption: WebAssembly.Memory, listener: WorkerListener, thread?: SpareThread) {
    this.number = number;
    this.#listener = listener;
    this.#memories = { board: newBoardMemory(), ring: newRingMemory(), preemption };
    this.#board = new Board(this.#memories.board);
    this.#work = new WorkCount(preemption);
    // A worker before it may have been ended in the middle of its work.
    this.#work.reset();
    const { worker, ended } = thread ?? startThread(threadName(number));
    this.#thread = worker;
    this.ended = ended.then(end => this.#exited(end));
    // Whoever loads it hears of it.
    this.#loaded.promise.catch(() => {});
    worker.on('message', (message: FromWorker) => this.#hear(message));
  }

  /** Guests at work. */
  get instances(): number {
    return this.#work.count;
  }

  /** Changes as long as its event loop turns. */
  get beat(): number {
    return this.#board.beat;
  }

  /** The invocation whose guest had the thread last: `component "cart" on GET /cart`; undefined when none is at work. */
  get atWork(): string | undefined {
    return this.#work.count > 0 ? this.#board.shown : undefined;
  }

  /** Loads the app. Rejects when that fails, with TspinError where the user can mend it; the worker ends then. */
  load(app: WorkerApp, transfer: readonly Transferable[]): Promise<LoadedWorker> {
    this.#ring = new RingReader(this.#memories.ring, [...app.app.components.keys()]);
    this.#say({ kind: 'load', memories: this.#memories, ...app }, transfer);
    return this.#loaded.promise;
  }

  /** `shared`: other workers listen there as well. It keeps the process alive then. Throws TspinError. */
  listen(request: ListenRequest, shared: boolean): Promise<ListenAddress> {
    const id = this.#listenCount++;
    const answer = Promise.withResolvers<ListenAddress>();
    this.#listens.set(id, answer);
    this.#thread.ref();
    this.#say({ kind: 'listen', id, request, shared });
    return answer.promise;
  }

  fetch(request: Request): Promise<Response> {
    return fetchFrom((message, transfer) => this.#say(message, transfer), request);
  }

  /** Only its work keeps the process alive from now on. */
  unref(): void {
    this.#thread.unref();
  }

  /** Lets what is in flight finish for `drainMs`, then ends the worker. */
  async close(drainMs: number): Promise<void> {
    this.#closing = true;
    this.#thread.ref();
    this.#say({ kind: 'close', drainMs });
    const timer = setTimeout(() => this.#closed.resolve(), drainMs + closeMs);
    await Promise.race([this.#closed.promise, this.ended]);
    clearTimeout(timer);
    await this.#thread.terminate();
    await this.ended;
  }

  /** Ends it at once, whatever it does; `ended` gives the reason. */
  terminate(reason: string): void {
    this.#reason ??= reason;
    void this.#thread.terminate();
  }

  /** Hands on what its guests have printed. */
  takePrinted(): void {
    this.#ring?.take(this.#listener.output);
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case 'progress':
        return this.#listener.progress(message.progress);
      case 'loaded':
        return this.#loaded.resolve(message);
      case 'failed':
        return this.#loaded.reject(receivedError(message.error));
      case 'listening':
        return this.#listens.get(message.id)?.resolve(message.address);
      case 'refused':
        return this.#listens.get(message.id)?.reject(receivedError(message.error));
      case 'printed':
        return this.takePrinted();
      case 'told':
        // What guests printed before it comes before it.
        this.takePrinted();
        for (const warning of message.warnings) this.#listener.warn(warning);
        for (const event of message.invocations) this.#listener.invocation?.(event);
        return this.#say({ kind: 'heard' });
      case 'closed':
        return this.#closed.resolve();
    }
  }

  #exited({ code, error: thrown }: ThreadEnd): string | undefined {
    const described = thrown === undefined ? `ended by itself, with code ${code}` : describeCrash(thrown);
    const reason = this.#closing ? undefined : (this.#reason ?? described);
    // What it printed last was not told when its thread was ended.
    this.takePrinted();
    const error = new Error(`worker ${this.number} ${reason ?? 'was closed'}`);
    this.#loaded.reject(error);
    for (const answer of this.#listens.values()) answer.reject(error);
    return reason;
  }

  #say(message: ToWorker, transfer: readonly Transferable[] = []): void {
    this.#thread.postMessage(message, [...transfer]);
  }
}

export const threadName = (number: number): string => `tspin-worker-${number}`;

function describeCrash(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') return 'ran out of memory';
  return `crashed, which is a bug of tspin's: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
