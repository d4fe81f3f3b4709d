// Bytes that are being written.

export class Writer {
  #bytes = new Uint8Array(1024);
  length = 0;

  /** What was written, as a view. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  put(...bytes: readonly number[]): this {
    this.#room(bytes.length);
    for (const byte of bytes) {
      this.#bytes[this.length] = byte;
      this.length += 1;
    }
    return this;
  }

  u32(value: number): this {
    let rest = value;
    for (;;) {
      const low = rest % 128;
      rest = Math.floor(rest / 128);
      this.put(rest > 0 ? low | 0x80 : low);
      if (rest === 0) return this;
    }
  }

  s32(value: number): this {
    let rest = value | 0;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
      this.put(done ? low : low | 0x80);
      if (done) return this;
    }
  }

  name(text: string): this {
    const bytes = Buffer.from(text);
    return this.u32(bytes.length).copy(bytes);
  }

  /** Copies bytes, or a part of them. */
  copy(bytes: Uint8Array, from = 0, to: number = bytes.byteLength): this {
    if (to <= from) return this;
    this.#room(to - from);
    this.#bytes.set(from === 0 && to === bytes.byteLength ? bytes : bytes.subarray(from, to), this.length);
    this.length += to - from;
    return this;
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
