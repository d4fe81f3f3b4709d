// A guest's memory as canonical functions use it: ranges are checked, strings are read and written, and what the host writes is
// marked, so that it can be put back.
import { isUtf8 } from 'node:buffer';
import { Trap } from '../../wit/trap.ts';

export type StringEncoding = 'utf8' | 'utf16' | 'latin1+utf16';

export type Realloc = (pointer: number, oldSize: number, align: number, size: number) => number;

export interface GuestMemoryParts {
  readonly memory: WebAssembly.Memory;
  /** The guest's, on top of a JavaScript frame, where it cannot be suspended and may not leave. */
  readonly realloc?: Realloc | undefined;
  /** One byte for each 4 KiB page: set where the host wrote. */
  readonly marks?: Uint8Array | undefined;
  /** What the guest believes its memory to have, in bytes. */
  readonly limit: () => number;
  readonly encoding: StringEncoding;
}

/** What V8's Buffers have besides what their types say. */
interface RawBuffer extends Buffer {
  utf8Slice(start: number, end: number): string;
  utf8Write(text: string, offset: number, length: number): number;
  latin1Slice(start: number, end: number): string;
  ucs2Slice(start: number, end: number): string;
}

/** The bit that says that a string of the encoding latin1+utf16 is UTF-16. */
const utf16Tag = 0x8000_0000;

/** Smaller copies come from node's pool: an ArrayBuffer for each costs more than the copy. */
const pooledBytesMax = 1024;
/** What is shorter is copied here: a call of V8's functions takes longer than these bytes. */
const loopedBytesMax = 32;
const loopedCharsMax = 16;

export class GuestMemory {
  u8: RawBuffer;
  view: DataView;
  /** The length of what `newString` wrote last, in code units with the tag of the encoding. */
  units = 0;
  readonly #parts: GuestMemoryParts;
  /** Up to here a range is known to lie inside. */
  #known = 0;

  constructor(parts: GuestMemoryParts) {
    this.#parts = parts;
    this.u8 = Buffer.from(parts.memory.buffer) as RawBuffer;
    this.view = new DataView(parts.memory.buffer);
  }

  /** To be called first in every host function, and after the guest ran: growing a memory detaches its buffer. */
  refresh(): void {
    if (this.u8.byteLength === 0) {
      this.u8 = Buffer.from(this.#parts.memory.buffer) as RawBuffer;
      this.view = new DataView(this.#parts.memory.buffer);
    }
  }

  /** The memory may have less from now on: it was put back. */
  forget(): void {
    this.#known = 0;
  }

  /** Throws Trap unless `size` bytes at `pointer` are inside the memory and aligned. Gives the pointer as a positive number. */
  check(pointer: number, size: number, align: number): number {
    const start = pointer >>> 0;
    if ((start & (align - 1)) !== 0) throw new Trap(`the pointer ${start} is not aligned to ${align}`);
    const end = start + size;
    if (end > this.#known) {
      this.refresh();
      this.#known = this.#parts.limit();
      if (end > this.#known) throw new Trap(`${size} bytes at ${start} are outside the memory of ${this.#known}`);
    }
    return start;
  }

  /** The same, for bytes that the host is about to write. */
  writable(pointer: number, size: number, align: number): number {
    const start = this.check(pointer, size, align);
    const { marks } = this.#parts;
    if (marks && size > 0) {
      const last = (start + size - 1) >>> 12;
      for (let page = start >>> 12; page <= last; page += 1) marks[page] = 1;
    }
    return start;
  }

  /** New bytes in the guest, by its realloc, about to be written. */
  allocate(size: number, align: number): number {
    const { realloc } = this.#parts;
    if (!realloc) throw new Trap('the guest has no realloc');
    if (size >= 2 ** 31) throw new Trap(`a value of ${size} bytes is too large`);
    const pointer = realloc(0, 0, align, size);
    this.refresh();
    return this.writable(pointer, size, align);
  }

  bytes(pointer: number, length: number): Uint8Array {
    const size = length >>> 0;
    const start = this.check(pointer, size, 1);
    if (size > pooledBytesMax) return new Uint8Array(this.u8.buffer.slice(start, start + size));
    const copy = Buffer.allocUnsafe(size);
    if (size > loopedBytesMax) this.u8.copy(copy, 0, start, start + size);
    else for (let place = 0; place < size; place += 1) copy[place] = this.u8[start + place]!;
    return copy;
  }

  /** Copies bytes into the guest; gives where they are. */
  newBytes(bytes: Uint8Array): number {
    const pointer = this.allocate(bytes.byteLength, 1);
    this.u8.set(bytes, pointer);
    return pointer;
  }

  putBytes(bytes: Uint8Array, at: number): void {
    this.putPair(at, this.newBytes(bytes), bytes.byteLength);
  }

  /** A string of `length` code units, by the encoding. */
  string(pointer: number, length: number): string {
    const { encoding } = this.#parts;
    const units = length >>> 0;
    if (encoding === 'utf8') return this.#utf8(pointer, units);
    if (encoding === 'utf16') return this.#utf16(pointer, units);
    if (units >= utf16Tag) return this.#utf16(pointer, units - utf16Tag);
    const start = this.check(pointer, units, 2);
    return this.u8.latin1Slice(start, start + units);
  }

  /** Copies a string into the guest; gives where it is, and its length in `units`. Lone surrogates become U+FFFD. */
  newString(text: string): number {
    const { encoding } = this.#parts;
    if (encoding === 'utf8') {
      if (text.length <= loopedCharsMax && isAscii(text)) return this.#newAscii(text);
      const size = Buffer.byteLength(text);
      const pointer = this.allocate(size, 1);
      this.u8.utf8Write(text, pointer, size);
      this.units = size;
      return pointer;
    }
    if (encoding === 'latin1+utf16' && isLatin1(text)) {
      const pointer = this.allocate(text.length, 2);
      this.u8.write(text, pointer, 'latin1');
      this.units = text.length;
      return pointer;
    }
    const whole = text.toWellFormed();
    const pointer = this.allocate(whole.length * 2, 2);
    this.u8.write(whole, pointer, 'utf16le');
    this.units = encoding === 'utf16' ? whole.length : (whole.length | utf16Tag) >>> 0;
    return pointer;
  }

  putString(text: string, at: number): void {
    this.putPair(at, this.newString(text), this.units);
  }

  /** A pointer and a length, at a place that was checked. */
  putPair(at: number, pointer: number, length: number): void {
    this.view.setUint32(at, pointer, true);
    this.view.setUint32(at + 4, length, true);
  }

  #newAscii(text: string): number {
    const { length } = text;
    const pointer = this.allocate(length, 1);
    for (let place = 0; place < length; place += 1) this.u8[pointer + place] = text.charCodeAt(place);
    this.units = length;
    return pointer;
  }

  #utf8(pointer: number, size: number): string {
    const start = this.check(pointer, size, 1);
    const text = this.u8.utf8Slice(start, start + size);
    // What is not UTF-8 is read as U+FFFD; whether one is there is known at once of most strings.
    if (text.includes('\uFFFD') && !isUtf8(this.u8.subarray(start, start + size))) throw new Trap('a string is not UTF-8');
    return text;
  }

  #utf16(pointer: number, units: number): string {
    const start = this.check(pointer, units * 2, 2);
    const text = this.u8.ucs2Slice(start, start + units * 2);
    if (!text.isWellFormed()) throw new Trap('a string is not UTF-16');
    return text;
  }
}

function isAscii(text: string): boolean {
  for (let place = 0; place < text.length; place += 1) if (text.charCodeAt(place) > 127) return false;
  return true;
}

// oxlint-disable-next-line no-control-regex -- U+0000 to U+00FF is what latin1 has
const isLatin1 = (text: string): boolean => /^[\u0000-\u00ff]*$/.test(text);
