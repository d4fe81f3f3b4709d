// A place in the bytes of a core module that moves on. Without private fields, because every byte of 37 MB passes here.
import { NotUnderstood } from '../component/not-understood.ts';
import { opcodeTable, type Immediates } from './opcodes.ts';

export class Cursor {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    const value = this.bytes[this.at];
    if (value === undefined) throw new NotUnderstood('a core module ends too early');
    this.at += 1;
    return value;
  }

  /** An unsigned LEB128 integer of at most 32 bits. */
  u32(): number {
    // Most are short.
    const first = this.byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let scale = 128; ; scale *= 128) {
      const next = this.byte();
      value += (next & 0x7f) * scale;
      if (next < 0x80) return value;
      if (scale > 2 ** 35) throw new NotUnderstood('a core module has an integer that is too long');
    }
  }

  /** A signed LEB128 integer of 32 bits. */
  s32(): number {
    let value = 0;
    let shift = 0;
    for (;;) {
      const next = this.byte();
      value |= (next & 0x7f) << shift;
      shift += 7;
      if (next < 0x80) return shift < 32 && (next & 0x40) !== 0 ? value | (-1 << shift) : value;
    }
  }

  skipInteger(): void {
    while (this.byte() >= 0x80);
  }

  name(): string {
    const length = this.u32();
    this.at += length;
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + this.at - length, length).toString('utf8');
  }

  skip(count: number): void {
    this.at += count;
  }

  /** Passes a value type: one byte, but for `(ref heaptype)`. Gives its first byte. */
  valueType(): number {
    const first = this.byte();
    if (first === 0x63 || first === 0x64) this.skipInteger();
    return first;
  }

  /** Passes a memarg; gives its offset (0 for offsets above 2^32). Throws for a memory other than the first. */
  memoryArgument(): number {
    const align = this.u32();
    if ((align & 0x40) !== 0 && this.u32() !== 0) throw new NotUnderstood('a core module uses several memories');
    return this.u32();
  }

  /** Passes the immediates of the instruction whose opcode was read. */
  skipImmediates(immediates: Immediates): void {
    switch (immediates) {
      case 'none':
        return;
      case 'one':
        return this.skipInteger();
      case 'two':
        this.skipInteger();
        return this.skipInteger();
      case 'block-type':
        // A value type, nothing (0x40) or the index of a type.
        if (this.bytes[this.at] === 0x63 || this.bytes[this.at] === 0x64) return void this.valueType();
        return this.skipInteger();
      case 'memory':
        return void this.memoryArgument();
      case 'memory-and-lane':
        this.memoryArgument();
        return this.skip(1);
      case 'bytes-1':
      case 'fence':
        return this.skip(1);
      case 'bytes-4':
        return this.skip(4);
      case 'bytes-8':
        return this.skip(8);
      case 'bytes-16':
        return this.skip(16);
      case 'labels':
        return this.#repeat(this.u32() + 1, () => this.skipInteger());
      case 'types':
        return this.#repeat(this.u32(), () => void this.valueType());
      case 'try-table':
        return this.#skipTryTable();
      case 'cast-branch':
        this.skip(1);
        return this.#repeat(3, () => this.skipInteger());
    }
  }

  /** Passes the instructions of a constant expression, its `end` included. */
  skipExpression(): void {
    for (;;) {
      const opcode = this.byte();
      if (opcode === 0x0b) return;
      this.skipImmediates(this.immediatesOf(opcode).immediates);
    }
  }

  /** The immediates of an instruction; reads what follows a prefix. */
  immediatesOf(opcode: number): { readonly immediates: Immediates; readonly second: number } {
    const rows = opcodeTable.prefixed[opcode];
    const second = rows ? this.u32() : 0;
    const immediates = rows ? rows[second] : opcodeTable.single[opcode];
    if (immediates === undefined) {
      const name = rows ? `0x${opcode.toString(16)} ${second}` : `0x${opcode.toString(16)}`;
      throw new NotUnderstood(`a core module has the instruction ${name}`);
    }
    return { immediates, second };
  }

  #skipTryTable(): void {
    this.skipImmediates('block-type');
    this.#repeat(this.u32(), () => {
      if (this.byte() < 2) this.skipInteger();
      this.skipInteger();
    });
  }

  #repeat(count: number, act: () => void): void {
    for (let index = 0; index < count; index += 1) act();
  }
}
