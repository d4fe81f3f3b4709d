// All workers of an app: starts them, replaces those that end, shares the ports among them, and ends them together.
import { setTimeout as delay } from 'node:timers/promises';
import type { InstanceOptions } from '../runtime/instance-options.ts';
import type { SharedHosts } from '../runtime/shared-hosts.ts';
import { Ticker } from '../runtime/ticker.ts';
import type { ListenRequest } from '../trigger/http/listen-request.ts';
import { checkAddress, type ListenAddress } from '../trigger/http/port.ts';
import { Preemption } from '../wasm/fast/preemption.ts';
import { AppWorker, type LoadedWorker, type WorkerListener } from './app-worker.ts';
import { Watchdog } from './watchdog.ts';
import type { SpareThread } from './spare-thread.ts';
import type { WorkerApp } from './worker-messages.ts';

/** A worker that ended within this time after it was loaded is not replaced at once, or the machine would do nothing else. */
const shortLifeMs = 1_000;

/** How long the event loop of a worker that loads the app may stand still: large guests take seconds to start. */
const loadingSilenceMs = 60_000;

export interface WorkersOptions {
  readonly count: number;
  readonly listener: WorkerListener;
  /** How long the event loop of a worker may stand still before it is ended, in milliseconds. */
  readonly silenceMs: number;
  readonly instances: InstanceOptions;
  /** For the first worker; by default it starts its own. */
  readonly thread: SpareThread | undefined;
}

/** What every worker is given, the first and those after it. */
export interface WorkersApp {
  readonly app: Pick<WorkerApp, 'app' | 'prepared' | 'modules'>;
  readonly hosts: SharedHosts;
}

export class Workers {
  readonly #options: WorkersOptions;
  /** The memories of the workers' `Preemption`s, by their numbers: the ticker's thread gets them once. */
  readonly #memories: readonly WebAssembly.Memory[];
  readonly #ticker: Ticker;
  readonly #watchdog: Watchdog;
  readonly #alive = new Set<AppWorker>();
  /** Those that are loaded and listen. */
  readonly #ready: AppWorker[] = [];
  readonly #listens: ListenRequest[] = [];
  /** How many of them each of them has opened. */
  readonly #opened = new Map<AppWorker, number>();
  readonly #stopping = new AbortController();
  readonly #failed = Promise.withResolvers<Error>();
  readonly #first: AppWorker;
  #given: WorkersApp | undefined;
  #failure: Error | undefined;
  #othersStarted = false;
  #someReady = Promise.withResolvers<void>();

  /** The first worker's thread loads its code while the app is prepared. */
  constructor(options: WorkersOptions) {
    this.#options = options;
    this.#memories = Array.from({ length: options.count }, () => Preemption.newMemory());
    this.#ticker = new Ticker(...this.#memories);
    this.#watchdog = new Watchdog();
    this.#first = this.#newWorker(1, options.thread);
  }

  /** Resolves when the app cannot be served any more, with the reason. */
  get failed(): Promise<Error> {
    return this.#failed.promise;
  }

  /** Guests at work. */
  get instances(): number {
    return [...this.#alive].reduce((sum, worker) => sum + worker.instances, 0);
  }

  /** Those that can take requests. */
  get ready(): number {
    return this.#ready.length;
  }

  /** Loads the app in the first worker. Throws TspinError. */
  async load(given: WorkersApp): Promise<LoadedWorker> {
    this.#given = given;
    const loaded = await this.#load(this.#first);
    this.#watchdog.start();
    this.#ticker.startSoon();
    void this.#serve(this.#first);
    return loaded;
  }

  /** Opens a port for all of them. Throws TspinError. */
  async listen(wanted: ListenRequest): Promise<ListenAddress> {
    // Those that share a port would share it with other processes too: whether it is free shows before.
    const free = this.#isShared ? await checkAddress(wanted) : wanted;
    const [first] = await this.#someWorkers();
    const actual = await first.listen({ ...wanted, ...free }, this.#isShared);
    this.#listens.push({ ...wanted, ...actual });
    this.#opened.set(first, (this.#opened.get(first) ?? 0) + 1);
    await Promise.all(this.#ready.map(worker => this.#openAll(worker)));
    this.#startOthers();
    return actual;
  }

  async fetch(request: Request): Promise<Response> {
    const workers = await this.#someWorkers();
    this.#startOthers();
    return workers.toSorted((a, b) => a.instances - b.instances)[0]!.fetch(request); // There is one at least.
  }

  /** Lets what is in flight finish for `drainMs`, then ends all. */
  async close(drainMs: number): Promise<void> {
    this.#stopping.abort();
    this.#watchdog.stop();
    const loading = [...this.#alive].filter(worker => !this.#ready.includes(worker));
    for (const worker of loading) worker.terminate('was ended with the app');
    await Promise.all([...this.#ready.map(worker => worker.close(drainMs)), ...loading.map(({ ended }) => ended)]);
    this.#someReady.resolve();
    await this.#ticker.close();
  }

  get #isShared(): boolean {
    return this.#options.count > 1;
  }

  #newWorker(number: number, thread?: SpareThread): AppWorker {
    const memory = this.#memories[number - 1];
    if (!memory) throw new Error(`there is no worker ${number}`);
    const worker = new AppWorker(number, memory, this.#options.listener, thread);
    this.#alive.add(worker);
    void worker.ended.then(() => {
      this.#alive.delete(worker);
      this.#opened.delete(worker);
    });
    return worker;
  }

  async #load(worker: AppWorker): Promise<LoadedWorker> {
    if (!this.#given) throw new Error('the workers were given no app');
    const { app, hosts } = this.#given;
    const { data, transfer } = hosts.connect();
    const unwatch = this.#watch(worker, loadingSilenceMs);
    try {
      const { instances, listener } = this.#options;
      const tellsInvocations = listener.invocation !== undefined;
      return await worker.load({ ...app, instances, tellsInvocations, shared: data }, transfer);
    } finally {
      unwatch();
    }
  }

  #watch(worker: AppWorker, limitMs: number): () => void {
    return this.#watchdog.watch({
      get beat() {
        return worker.beat;
      },
      limitMs,
      looked: () => worker.takePrinted(),
      silent: () => worker.terminate(`was ended, because for ${limitMs / 1000} s a guest let nothing else go on there`),
    });
  }

  /** From when the worker is loaded to its end; then another takes its place. */
  async #serve(worker: AppWorker): Promise<void> {
    const began = performance.now();
    const unwatch = this.#watch(worker, this.#options.silenceMs);
    this.#ready.push(worker);
    this.#someReady.resolve();
    if (this.#listens.length === 0) worker.unref();
    const reason = await worker.ended;
    unwatch();
    this.#ready.splice(this.#ready.indexOf(worker), 1);
    if (this.#ready.length === 0) this.#someReady = Promise.withResolvers();
    if (this.#isStopping) return;
    this.#tellEnd(worker, reason ?? 'was closed');
    if (performance.now() - began < shortLifeMs) await this.#pause();
    await this.#start(worker.number);
  }

  #tellEnd(worker: AppWorker, reason: string): void {
    const lines = [`worker ${worker.number} ${reason}; its connections are cut, and another takes its place`];
    if (worker.atWork !== undefined) lines.push(`  at work last: ${worker.atWork}`);
    this.#warn(lines.join('\n'));
  }

  /** Starts one in the place of that number, again after a failure; the same failure twice is the end of the app. */
  async #start(number: number): Promise<void> {
    for (let before: string | undefined; !this.#isStopping;) {
      const worker = this.#newWorker(number);
      try {
        await this.#load(worker);
        await this.#openAll(worker);
        return void this.#serve(worker);
      } catch (error) {
        worker.terminate('could not start');
        await worker.ended;
        if (this.#isStopping) return;
        const failure = error instanceof Error ? error : new Error(String(error));
        if (failure.message === before) return this.#fail(failure);
        before = failure.message;
        this.#warn(`worker ${number} could not start, and is started again: ${failure.message}`);
        await this.#pause();
      }
    }
  }

  /** Listens where the others do; also where they were asked to in the meantime. */
  async #openAll(worker: AppWorker): Promise<void> {
    for (;;) {
      const opened = this.#opened.get(worker) ?? 0;
      const next = this.#listens[opened];
      if (!next) return;
      this.#opened.set(worker, opened + 1);
      await worker.listen(next, this.#isShared);
    }
  }

  #startOthers(): void {
    if (this.#othersStarted) return;
    this.#othersStarted = true;
    void this.#startOneByOne();
  }

  /** Each start takes a core for a moment, and requests come already. */
  async #startOneByOne(): Promise<void> {
    for (let number = 2; number <= this.#options.count; number++) await this.#start(number);
  }

  /** Waits while all are being replaced. */
  async #someWorkers(): Promise<readonly [AppWorker, ...AppWorker[]]> {
    while (!this.#isStopping) {
      if (this.#failure) throw this.#failure;
      const [first, ...others] = this.#ready;
      if (first) return [first, ...others];
      await this.#someReady.promise;
    }
    throw new Error('the app is closed');
  }

  #fail(error: Error): void {
    this.#failure = error;
    this.#failed.resolve(error);
    this.#someReady.resolve();
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #pause(): Promise<void> {
    await delay(shortLifeMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }

  #warn(text: string): void {
    this.#options.listener.warn({ text, once: false });
  }
}
