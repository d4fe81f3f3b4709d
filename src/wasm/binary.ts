// Reads the outer form of Wasm binaries: integers, names and sections, every step checked against the end of the file.
// Knows nothing of what a section means.

/** The bytes are not what the Wasm format allows. `truncated`: they end too early, otherwise something in them is wrong. */
export class MalformedWasm extends Error {
  readonly truncated: boolean;

  constructor(reason: string, offset: number, truncated: 'truncated' | 'wrong' = 'wrong') {
    super(`${reason} (at offset 0x${offset.toString(16)})`);
    this.name = 'MalformedWasm';
    this.truncated = truncated === 'truncated';
  }
}

/** One for all, as it keeps nothing: making one takes longer than most names do. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Walks over a range of bytes. Offsets in errors count from the start of the file. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #base: number;
  #at = 0;

  constructor(bytes: Uint8Array, base = 0) {
    this.#bytes = bytes;
    this.#base = base;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Where the next byte is in the file. */
  get offset(): number {
    return this.#base + this.#at;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new MalformedWasm('unexpected end', this.offset, 'truncated');
    this.#at += 1;
    return value;
  }

  /** The next byte, without moving. */
  peek(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new MalformedWasm('unexpected end', this.offset, 'truncated');
    return value;
  }

  /** An unsigned LEB128 integer of at most 32 bits. */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const next = this.byte();
      value += (next & 0x7f) * 2 ** shift;
      if (next < 0x80) {
        if (value > 0xffff_ffff) break;
        return value;
      }
    }
    throw new MalformedWasm('integer too large', this.offset);
  }

  /** Passes an integer of up to 64 bits, signed or not. */
  skipInteger(): void {
    for (let bytes = 0; bytes < 10; bytes += 1) if (this.byte() < 0x80) return;
    throw new MalformedWasm('integer too long', this.offset);
  }

  /** The next `length` bytes, as a view. */
  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new MalformedWasm('unexpected end', this.#base + this.#bytes.length, 'truncated');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  /** The bytes from an earlier `offset` up to here, as a view. */
  since(offset: number): Uint8Array {
    return this.#bytes.subarray(offset - this.#base, this.#at);
  }

  /** A string with its length before it. */
  name(): string {
    const length = this.u32();
    const start = this.offset;
    try {
      return utf8.decode(this.take(length));
    } catch (cause) {
      if (cause instanceof MalformedWasm) throw cause;
      throw new MalformedWasm('malformed UTF-8', start);
    }
  }

  /** Reads a count, then that many items. */
  vector<T>(item: (reader: ByteReader) => T): T[] {
    const count = this.u32();
    const items: T[] = [];
    for (let index = 0; index < count; index += 1) items.push(item(this));
    return items;
  }
}

export interface Section {
  readonly id: number;
  readonly body: Uint8Array;
  /** Where the body begins in the file. */
  readonly offset: number;
}

const preambleBytes = 8;

/** The sections of a module or component, in order. Throws MalformedWasm where the bytes end within one. */
export function* sectionsOf(binary: Uint8Array, base = 0): Generator<Section, void, undefined> {
  const reader = new ByteReader(binary, base);
  reader.take(preambleBytes);
  while (!reader.done) {
    const id = reader.byte();
    const length = reader.u32();
    const { offset } = reader;
    yield { id, body: reader.take(length), offset };
  }
}

export interface CustomSection {
  readonly name: string;
  readonly data: Uint8Array;
  readonly offset: number;
}

/** Custom sections at the outermost level. */
export function customSectionsOf(binary: Uint8Array, base = 0): CustomSection[] {
  const found: CustomSection[] = [];
  for (const { id, body, offset } of sectionsOf(binary, base)) {
    if (id !== 0) continue;
    const reader = new ByteReader(body, offset);
    const name = reader.name();
    const start = reader.offset;
    found.push({ name, data: body.subarray(start - offset), offset: start });
  }
  return found;
}
