// A thread that sets the ticks of threads that run guests: a guest that computes gives way then.
import { Worker } from 'node:worker_threads';
import { wordsOf, workWord } from './work.ts';

/** A guest computes for at most so long before others have their turn. */
const tickMs = 5;
/** How long this thread ticks itself, while others load their code: a thread more would only take from them. */
const soonMs = 300;
/** When nothing was at work for a while, the thread looks this seldom. */
const idleMs = 50;

/** The word of a thread's memory that it looks at. */
const tickWord = 0;
/** Words of the ticker's own memory. */
const stopWord = 0;

/** The thread's whole code. It sleeps on a word that is only changed to end it. */
const code = `
const { workerData: { own, buffers, tickMs, idleMs, workWord, tickWord, stopWord } } = require('node:worker_threads');
const watched = buffers.map(buffer => new Int32Array(buffer));
const words = new Int32Array(own);
for (let quiet = 0; ;) {
  if (Atomics.wait(words, stopWord, 0, quiet > 10 ? idleMs : tickMs) !== 'timed-out') break;
  quiet += 1;
  for (const words of watched) {
    if (Atomics.load(words, workWord) <= 0) continue;
    quiet = 0;
    Atomics.store(words, tickWord, 1);
  }
}`;

export class Ticker {
  readonly #own = new Int32Array(new SharedArrayBuffer(4));
  readonly #watched: readonly Int32Array<SharedArrayBuffer>[];
  #thread: Worker | undefined;
  #closed = false;
  #ownTicks: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;

  /** The memory of each thread's `Preemption`. */
  constructor(...memories: readonly WebAssembly.Memory[]) {
    this.#watched = memories.map(memory => wordsOf(memory));
  }

  /** From now on it ticks where guests are at work: by this thread, which must not be one of those, until the ticker's own is started. */
  startSoon(): void {
    if (this.#thread || this.#soon || this.#closed) return;
    this.#ownTicks = setInterval(() => this.#tick(), tickMs).unref();
    this.#soon = setTimeout(() => this.start(), soonMs).unref();
  }

  /** From now on it ticks where guests are at work. */
  start(): void {
    this.#endOwnTicks();
    if (this.#thread || this.#closed) return;
    const buffers = this.#watched.map(({ buffer }) => buffer);
    const workerData = { own: this.#own.buffer, buffers, tickMs, idleMs, workWord, tickWord, stopWord };
    this.#thread = new Worker(code, { eval: true, workerData, execArgv: [], stdout: false, stderr: false });
    this.#thread.unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#endOwnTicks();
    Atomics.store(this.#own, stopWord, 1);
    Atomics.notify(this.#own, stopWord);
    await this.#thread?.terminate();
  }

  #tick(): void {
    for (const words of this.#watched) if (Atomics.load(words, workWord) > 0) Atomics.store(words, tickWord, 1);
  }

  #endOwnTicks(): void {
    clearInterval(this.#ownTicks);
    clearTimeout(this.#soon);
  }
}
