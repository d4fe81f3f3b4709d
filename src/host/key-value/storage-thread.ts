// Starts and ends the storage thread. One thread serves all key-value files of an app, one port each client of a file.
import { extname } from 'node:path';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { environmentWithCompileCache } from '../../util/compile-cache.ts';
import type { WriterFile } from './writer-file.ts';
import type { OpenRequest } from './writer-messages.ts';

export class StorageThread {
  readonly #worker: Worker;

  /** `crashed` is told of a bug that ended the thread; its clients find their ports closed. */
  constructor(crashed: (error: unknown) => void) {
    // Beside this file, with its extension: src/*.ts when run from sources, dist/*.js when installed.
    const script = new URL(`./writer-thread${extname(import.meta.url)}`, import.meta.url);
    this.#worker = new Worker(script, { name: 'tspin-storage', execArgv: [], env: environmentWithCompileCache() });
    this.#worker.on('error', crashed);
    // A port that waits for an answer keeps the process alive, the thread as such does not.
    this.#worker.unref();
  }

  /** A port for one client of the file, to be given to `Writer.open` on any thread. */
  connect(file: WriterFile): MessagePort {
    const { port1, port2 } = new MessageChannel();
    const request: OpenRequest = { file, port: port2 };
    this.#worker.postMessage(request, [port2]);
    return port1;
  }

  /** To be called when every client has closed: what is still written then is lost. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
