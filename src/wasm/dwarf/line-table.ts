// Gathers the rows of all line programs of a module into one table, sorted by address, and writes it down.
import type { Rows } from './line-program.ts';

/** Words of a row: the offset in the module, the line (0: none from here on), the file's index * 65536 + the column. */
export const rowWords = 3;

/** 24 MB. A program whose `.debug_line` has 10 MB has some 2 million; what is more has no lines. */
const rowsMax = 2_000_000;

/** Index 0 is no file. */
const filesMax = 16_384;

const columnMax = 0xffff;

interface Sequence {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

export class LineTable implements Rows {
  readonly #codeBytes: number;
  #words = new Uint32Array(1024 * rowWords);
  #count = 0;
  readonly #files: string[] = [''];
  readonly #indices = new Map<string, number>();
  readonly #sequences: Sequence[] = [];
  #path: (file: number) => string = () => '';
  /** Of the program: its numbers of files to ours. */
  #ours = new Map<number, number>();
  /** Of the sequence. */
  #from = 0;
  #broken = false;

  /** `codeBytes`: of the code section's body. */
  constructor(codeBytes: number) {
    this.#codeBytes = codeBytes;
  }

  /** The rows of another program follow: `path` tells its files. A sequence that was not ended is dropped. */
  beginProgram(path: (file: number) => string): void {
    this.#path = path;
    this.#ours = new Map();
    this.#dropSequence();
  }

  row(address: number, file: number, line: number, column: number): void {
    const last = this.#count > this.#from ? (this.#words[(this.#count - 1) * rowWords] ?? 0) : 0;
    // Addresses only grow within a sequence.
    if (this.#count >= rowsMax || address < last || address >= this.#codeBytes) this.#broken = true;
    if (this.#broken) return;
    const index = line === 0 ? 0 : this.#fileIndex(file);
    const place = index === 0 ? 0 : index * (columnMax + 1) + (column > columnMax ? 0 : column);
    // Of several rows for one address the last is true.
    if (this.#count > this.#from && last === address) this.#count -= 1;
    this.#put(address, index === 0 ? 0 : line, place);
  }

  endSequence(end: number): void {
    const start = this.#words[this.#from * rowWords] ?? 0;
    // The linker leaves functions that it took out at an address that no function has: 0 or one behind the end.
    if (this.#broken || this.#count === this.#from || start === 0 || end > this.#codeBytes) return this.#dropSequence();
    this.#sequences.push({ from: this.#from, to: this.#count, start, end });
    this.#from = this.#count;
  }

  #dropSequence(): void {
    this.#count = this.#from;
    this.#broken = false;
  }

  #fileIndex(file: number): number {
    const known = this.#ours.get(file);
    if (known !== undefined) return known;
    const path = this.#path(file);
    let index = path === '' ? 0 : this.#indices.get(path);
    if (index === undefined) {
      index = this.#files.length < filesMax ? this.#files.length : 0;
      if (index > 0) {
        this.#files.push(path);
        this.#indices.set(path, index);
      }
    }
    // A program may ask for any number of files that are not there.
    if (index > 0) this.#ours.set(file, index);
    return index;
  }

  #put(address: number, line: number, place: number): void {
    const at = this.#count * rowWords;
    if (at === this.#words.length) {
      const longer = new Uint32Array(at * 2);
      longer.set(this.#words);
      this.#words = longer;
    }
    this.#words[at] = address;
    this.#words[at + 1] = line;
    this.#words[at + 2] = place;
    this.#count += 1;
  }

  /** Sorted rows as offsets in the module, in which the code section's body begins at `codeOffset`. Undefined without any. */
  encode(codeOffset: number): Uint8Array | undefined {
    if (this.#sequences.length === 0) return undefined;
    // A row more before each sequence, and one behind the last.
    const words = new Uint32Array((this.#count + this.#sequences.length + 1) * rowWords);
    let length = 0;
    const put = (address: number, line = 0, place = 0): void => {
      if (length > 0 && words[length - 2] === line && words[length - 1] === place) return;
      words[length] = codeOffset + address;
      words[length + 1] = line;
      words[length + 2] = place;
      length += rowWords;
    };
    let covered = 0;
    for (const { from, to, start, end } of this.#sequences.toSorted((a, b) => a.start - b.start)) {
      // Two for the same code: one of them is wrong.
      if (start < covered) continue;
      if (start > covered) put(covered);
      for (let at = from * rowWords; at < to * rowWords; at += rowWords)
        put(this.#words[at] ?? 0, this.#words[at + 1], this.#words[at + 2]);
      covered = end;
    }
    put(covered);
    const files = Buffer.from(JSON.stringify(this.#files));
    return Buffer.concat([bytesOf(Uint32Array.of(length)), bytesOf(words.subarray(0, length)), files]);
  }
}

const bytesOf = (words: Uint32Array): Uint8Array => new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
