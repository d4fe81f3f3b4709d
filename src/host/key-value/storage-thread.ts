// Starts and ends the storage thread. One thread serves all key-value files of an app, one port each client of a file.
import { extname } from 'node:path';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { environmentWithCompileCache } from '../../util/compile-cache.ts';
import { writerWanted } from './commit-counter.ts';
import type { WriterFile } from './writer-file.ts';
import type { OpenRequest } from './writer-messages.ts';

/** Those that begin to serve are not held up by another thread that loads its code, unless a write waits for it. */
const soonMs = 300;

export class StorageThread {
  readonly #crashed: (error: unknown) => void;
  #worker: Worker | undefined;
  /** Made before the thread was started; what clients say waits in their ports. */
  readonly #waiting: OpenRequest[] = [];
  #isClosed = false;

  /** `crashed` is told of a bug that ended the thread; its clients find their ports closed. */
  constructor(crashed: (error: unknown) => void) {
    this.#crashed = crashed;
  }

  /** A port for one client of the file, to be given to a `Writer` on any thread. */
  connect(file: WriterFile): MessagePort {
    const { port1, port2 } = new MessageChannel();
    const request: OpenRequest = { file, port: port2 };
    if (this.#worker) this.#worker.postMessage(request, [port2]);
    else this.#wait(request);
    return port1;
  }

  start(): void {
    if (this.#worker || this.#isClosed) return;
    // Beside this file, with its extension: src/*.ts when run from sources, dist/*.cjs when installed.
    const script = new URL(`./writer-thread${extname(import.meta.url)}`, import.meta.url);
    this.#worker = new Worker(script, { name: 'tspin-storage', execArgv: [], env: environmentWithCompileCache() });
    this.#worker.on('error', this.#crashed);
    // A port that waits for an answer keeps the process alive, the thread as such does not.
    this.#worker.unref();
    for (const request of this.#waiting.splice(0)) post(this.#worker, request);
  }

  /** Starts it behind those that serve, or when a write of this file waits. */
  startSoon({ commitCounter }: WriterFile): void {
    if (!this.#worker) void writerWanted(commitCounter, soonMs).then(() => this.start());
  }

  /** To be called when every client has closed: what is still written then is lost. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { port } of this.#waiting.splice(0)) port.close();
    await this.#worker?.terminate();
  }

  #wait(request: OpenRequest): void {
    this.#waiting.push(request);
    // Its client's thread has ended before this one has started.
    request.port.once('close', () => {
      const place = this.#waiting.indexOf(request);
      if (place >= 0) this.#waiting.splice(place, 1);
    });
  }
}

function post(worker: Worker, request: OpenRequest): void {
  try {
    worker.postMessage(request, [request.port]);
  } catch (error) {
    // The port has closed in this turn of the event loop: nobody is left who waits for an answer.
    if (!(error instanceof DOMException && error.name === 'DataCloneError')) throw error;
  }
}
