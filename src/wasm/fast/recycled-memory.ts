// A guest's memory that can be put back to what instantiation left: instrumented stores and the host mark the pages that they
// write, and only those are copied from the image or cleared.
import { marksBytes, marksPages } from '../instrument/layout.ts';
import { slackBytes } from '../instrument/marks.ts';

/** What a mark stands for. */
const pageBytes = 4096;
const wasmPageBytes = 65_536;
/** Where the guest's virtual size in Wasm pages is kept, behind the marks. */
const pagesWord: number = marksBytes / 4;

export interface MemoryLimits {
  /** Initial size in Wasm pages of 64 KiB. */
  readonly minimumPages: number;
  /** The most that the guest may have, in Wasm pages. */
  readonly maximumPages: number;
}

export class RecycledMemory {
  readonly memory: WebAssembly.Memory;
  readonly marks: WebAssembly.Memory;
  readonly #minimumPages: number;
  readonly #marked: Uint8Array;
  readonly #markedWords: Int32Array;
  #image: Uint8Array | undefined;
  #imagePages = 0;
  #bytes: Uint8Array;

  /** Throws RangeError when there is no room for another memory. */
  constructor({ minimumPages, maximumPages }: MemoryLimits) {
    this.memory = new WebAssembly.Memory({ initial: minimumPages, maximum: Math.max(minimumPages, maximumPages) });
    this.marks = new WebAssembly.Memory({ initial: marksPages, maximum: marksPages });
    this.#marked = new Uint8Array(this.marks.buffer);
    this.#markedWords = new Int32Array(this.marks.buffer);
    this.#bytes = new Uint8Array(this.memory.buffer);
    this.#minimumPages = minimumPages;
    this.#markedWords[pagesWord] = minimumPages;
  }

  /** One byte for each 4 KiB page; the host sets those that it writes to. */
  get marked(): Uint8Array {
    return this.#marked;
  }

  /** What the memory takes in fact, in bytes; the guest may believe in less. */
  get realBytes(): number {
    return this.#current().byteLength;
  }

  /** What the guest believes its memory to have, in bytes. */
  get virtualBytes(): number {
    return (this.#markedWords[pagesWord] ?? 0) * wasmPageBytes;
  }

  /**
   * Keeps what the memory holds now as what it is put back to. `known`: the image of another instance of the same
   * component, used in its place when it is the same.
   */
  takeImage(known: Uint8Array | undefined): Uint8Array {
    const bytes = this.#current();
    const same = known !== undefined && known.byteLength === bytes.byteLength && Buffer.compare(known, bytes) === 0;
    this.#image = same ? known : bytes.slice();
    this.#imagePages = this.#markedWords[pagesWord] ?? 0;
    this.#clearMarks(bytes.byteLength);
    return this.#image;
  }

  /** Puts back every page that was written since the image was taken. */
  putBack(): void {
    const image = this.#image;
    if (!image) throw new Error('the memory has no image');
    const bytes = this.#current();
    const marked = this.#marked;
    const words = this.#markedWords;
    const wordsMax = Math.ceil(bytes.byteLength / pageBytes / 4);
    let from = -1;
    for (let word = 0; word < wordsMax; word += 1) {
      if (words[word] === 0) {
        if (from >= 0) this.#restore(bytes, image, from, word * 4);
        from = -1;
        continue;
      }
      for (let page = word * 4; page < word * 4 + 4; page += 1) {
        if (marked[page] !== 0) {
          if (from < 0) from = page;
        } else if (from >= 0) {
          this.#restore(bytes, image, from, page);
          from = -1;
        }
      }
      words[word] = 0;
    }
    if (from >= 0) this.#restore(bytes, image, from, wordsMax * 4);
    words[pagesWord] = this.#imagePages;
  }

  /** Makes it as a new one is: all zero, of the first size. */
  clear(): void {
    const bytes = this.#current();
    bytes.fill(0);
    this.#clearMarks(bytes.byteLength);
    this.#markedWords[pagesWord] = this.#minimumPages;
    this.#image = undefined;
  }

  /** Restores the pages from `from` up to `to`, and what their marks cover before and behind them. */
  #restore(bytes: Uint8Array, image: Uint8Array, from: number, to: number): void {
    const start = Math.max(from * pageBytes - slackBytes, 0);
    const end = Math.min(to * pageBytes + slackBytes, bytes.byteLength);
    if (start < image.byteLength) bytes.set(image.subarray(start, end), start);
    if (end > image.byteLength) bytes.fill(0, Math.max(start, image.byteLength), end);
  }

  #clearMarks(bytes: number): void {
    this.#marked.fill(0, 0, Math.ceil(bytes / pageBytes) + 4);
  }

  #current(): Uint8Array {
    // Growing detaches the buffer, whose views are empty then.
    if (this.#bytes.byteLength === 0) this.#bytes = new Uint8Array(this.memory.buffer);
    return this.#bytes;
  }
}
