// What a worker shows of itself in shared memory: that its event loop turns, and which invocation had the thread last. The main
// thread looks at it when the worker says nothing any more.

/** Words of the board; the text of the invocation follows them. */
const beatWord = 0;
const textLengthWord = 1;
const wordsBytes = 8;

/** A cause is a method and a target; more of a target helps nobody. */
const textBytesMax = 512;

/** How often a worker's event loop shows that it turns. */
export const beatMs = 100;

export type BoardMemory = SharedArrayBuffer;

export const newBoardMemory = (): BoardMemory => new SharedArrayBuffer(wordsBytes + textBytesMax);

export class Board {
  readonly #words: Int32Array;
  readonly #text: Buffer;

  constructor(memory: BoardMemory) {
    this.#words = new Int32Array(memory, 0, wordsBytes / 4);
    this.#text = Buffer.from(memory as ArrayBufferLike as ArrayBuffer, wordsBytes);
  }

  // --- the worker's side ---

  /** Beats from now on, as long as the event loop turns. */
  startBeating(): void {
    setInterval(() => Atomics.add(this.#words, beatWord, 1), beatMs).unref();
  }

  /** The guest of this invocation has the thread from now on. */
  show(invocation: string): void {
    // Targets are ASCII (node:http refuses others), and so are ids.
    this.#words[textLengthWord] = this.#text.write(invocation, 0, 'latin1');
  }

  // --- the main thread's side ---

  get beat(): number {
    return Atomics.load(this.#words, beatWord);
  }

  /** The invocation whose guest had the thread last; undefined when none ever had. */
  get shown(): string | undefined {
    const length = Atomics.load(this.#words, textLengthWord);
    return length === 0 ? undefined : this.#text.toString('latin1', 0, length);
  }
}
