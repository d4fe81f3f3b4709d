// A thread that sets the tick of the thread that runs guests: a guest that computes gives way then.
import { Worker } from 'node:worker_threads';
import type { Preemption } from '../wasm/fast/preemption.ts';

/** A guest computes for at most so long before others have their turn. */
const tickMs = 5;
/** When nothing was at work for a while, the thread looks this seldom. */
const idleMs = 50;

/** Words of the shared memory behind those of the engine. */
const workWord = 2;
const stopWord = 3;

/** The thread's whole code. It sleeps on a word that is only changed to end it. */
const code = `
const { workerData: { buffer, tickMs, idleMs, workWord, stopWord } } = require('node:worker_threads');
const words = new Int32Array(buffer);
for (let quiet = 0; ;) {
  if (Atomics.wait(words, stopWord, 0, quiet > 10 ? idleMs : tickMs) !== 'timed-out') break;
  quiet = Atomics.load(words, workWord) > 0 ? 0 : quiet + 1;
  if (quiet === 0) Atomics.store(words, 0, 1);
}`;

export class Ticker {
  readonly #words: Int32Array<SharedArrayBuffer>;
  #thread: Worker | undefined;
  #closed = false;

  constructor({ memory }: Preemption) {
    this.#words = new Int32Array(memory.buffer as ArrayBufferLike as SharedArrayBuffer);
  }

  /** A guest is at work from now on. */
  began(): void {
    this.#words[workWord]! += 1;
    if (!this.#thread && !this.#closed) this.#start();
  }

  ended(): void {
    this.#words[workWord]! -= 1;
  }

  async close(): Promise<void> {
    this.#closed = true;
    Atomics.store(this.#words, stopWord, 1);
    Atomics.notify(this.#words, stopWord);
    await this.#thread?.terminate();
  }

  #start(): void {
    const workerData = { buffer: this.#words.buffer, tickMs, idleMs, workWord, stopWord };
    this.#thread = new Worker(code, { eval: true, workerData, execArgv: [], stdout: false, stderr: false });
    this.#thread.unref();
  }
}
