// Reads the little-endian numbers and texts of DWARF sections, every step checked against the end.

/** The bytes are not what DWARF allows, or of a form that is not read. */
export class MalformedDwarf extends Error {}

/** A text that ends with a zero byte, read when it is needed. */
export interface DwarfText {
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** What is shown of a path is for people; longer ones are a mistake or an attack. */
const textBytesMax = 1024;

/** Cut after 1024 bytes; without what would move a terminal's cursor, or stand for a line of its own in a log. */
export function textOf({ bytes, at }: DwarfText): string {
  const whole = bytes.subarray(at, at + textBytesMax);
  const end = whole.indexOf(0);
  const text = new TextDecoder().decode(end < 0 ? whole : whole.subarray(0, end));
  return text.replaceAll(/\p{C}/gu, '?');
}

export class DwarfReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, at = 0, end: number = bytes.byteLength) {
    if (at > end || end > bytes.byteLength) throw new MalformedDwarf('unexpected end');
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.end - this.at;
  }

  /** Passes `length` bytes and gives where they begin. */
  skip(length: number): number {
    const { at } = this;
    if (length > this.end - at) throw new MalformedDwarf('unexpected end');
    this.at = at + length;
    return at;
  }

  /** The next byte, which stays the next. */
  peek(): number {
    const value = this.bytes[this.at];
    if (value === undefined || this.at >= this.end) throw new MalformedDwarf('unexpected end');
    return value;
  }

  u8(): number {
    return this.#view.getUint8(this.skip(1));
  }

  i8(): number {
    return this.#view.getInt8(this.skip(1));
  }

  u16(): number {
    return this.#view.getUint16(this.skip(2), true);
  }

  /** An address or offset. Beyond 2^53 it is no longer exact, and far behind the end of everything. */
  sized(bytes: number): number {
    if (bytes === 4) return this.#view.getUint32(this.skip(4), true);
    if (bytes !== 8) throw new MalformedDwarf(`a number of ${bytes} bytes`);
    return Number(this.#view.getBigUint64(this.skip(8), true));
  }

  /** LEB128, unsigned. */
  uleb(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      if (scale > 2 ** 63) throw new MalformedDwarf('integer too long');
    }
  }

  /** LEB128, signed. */
  sleb(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return (byte & 0x40) === 0 ? value : value - scale * 128;
      if (scale > 2 ** 63) throw new MalformedDwarf('integer too long');
    }
  }

  /** Passes a text that stands here. */
  text(): DwarfText {
    const { at } = this;
    const length = this.bytes.subarray(at, this.end).indexOf(0);
    if (length < 0) throw new MalformedDwarf('a text without end');
    this.at = at + length + 1;
    return { bytes: this.bytes, at };
  }
}
