// Bytes that are being written.

/** Up to so many are copied one by one. */
const fewBytes = 64;

export class Writer {
  #bytes: Uint8Array;
  length = 0;

  /** `expected`: how many bytes will be written, about. */
  constructor(expected = 1024) {
    this.#bytes = new Uint8Array(expected);
  }

  /** What was written, as a view. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  put(...bytes: readonly number[]): this {
    for (const byte of bytes) this.byte(byte);
    return this;
  }

  byte(value: number): this {
    if (this.length === this.#bytes.byteLength) this.#room(1);
    this.#bytes[this.length] = value;
    this.length += 1;
    return this;
  }

  u32(value: number): this {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    return this.byte(rest);
  }

  s32(value: number): this {
    let rest = value | 0;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
      this.byte(done ? low : low | 0x80);
      if (done) return this;
    }
  }

  name(text: string): this {
    const bytes = Buffer.from(text);
    return this.u32(bytes.length).copy(bytes);
  }

  /** Copies bytes, or a part of them. */
  copy(bytes: Uint8Array, from = 0, to: number = bytes.byteLength): this {
    const count = to - from;
    if (count <= 0) return this;
    this.#room(count);
    // A view of a few bytes costs more than the bytes.
    if (count > fewBytes) this.#bytes.set(bytes.subarray(from, to), this.length);
    else for (let index = 0; index < count; index += 1) this.#bytes[this.length + index] = bytes[from + index]!;
    this.length += count;
    return this;
  }

  /** Copies all that another one has written. */
  append(other: Writer): this {
    return this.copy(other.#bytes, 0, other.length);
  }

  clear(): void {
    this.length = 0;
  }

  #room(count: number): void {
    if (this.length + count <= this.#bytes.byteLength) return;
    const larger = new Uint8Array(Math.max(this.#bytes.byteLength * 2, this.length + count));
    larger.set(this.bytes);
    this.#bytes = larger;
  }
}
