// Writes instructions and sections of core modules for tests, and remembers which instructions it wrote. Knows nothing of the
// tables in src/wasm/instrument/, which it is there to test.

/** `0x6a`, or `0xfd 11` behind a prefix. */
export const opcodeName = (opcode: number, second?: number): string =>
  `0x${opcode.toString(16)}${second === undefined ? '' : ` ${second}`}`;

/** Value types by letter: i32, i64, f32, f64, v128. */
export type Letter = 'i' | 'I' | 'f' | 'F' | 'v';
export const typeBytes: Readonly<Record<Letter, number>> = { i: 0x7f, I: 0x7e, f: 0x7d, F: 0x7c, v: 0x7b };

export class Code {
  readonly bytes: number[] = [];
  readonly written: Set<string>;

  constructor(written: Set<string>) {
    this.written = written;
  }

  op(opcode: number, second?: number): this {
    this.written.add(opcodeName(opcode, second));
    this.bytes.push(opcode);
    return second === undefined ? this : this.u(second);
  }

  raw(...bytes: readonly number[]): this {
    this.bytes.push(...bytes);
    return this;
  }

  u(...values: readonly number[]): this {
    for (const value of values) this.bytes.push(...unsigned(value));
    return this;
  }

  s(value: number | bigint): this {
    this.bytes.push(...signed(BigInt(value)));
    return this;
  }
}

export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}

export function signed(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    if ((rest >= 0n && rest < 64n) || (rest < 0n && rest >= -64n)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

export const text = (value: string): number[] => [...unsigned(Buffer.byteLength(value)), ...Buffer.from(value)];

/** A count, then the items. */
export const list = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];

/** Sections by id, in the order in which they are given; those without items are left out. */
export function moduleOf(
  sections: readonly (readonly [id: number, items: readonly (readonly number[])[]])[],
): Uint8Array<ArrayBuffer> {
  const bytes = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  for (const [id, items] of sections) {
    if (items.length === 0) continue;
    // A data count is a number, and no list.
    const body = id === 12 ? [...(items[0] ?? [])] : list(items);
    bytes.push(id, ...unsigned(body.length));
    for (const byte of body) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** A function's body with its locals, one group for each. */
export function bodyOf(locals: readonly (readonly number[])[], code: readonly number[]): number[] {
  const body = [...list(locals.map(type => [1, ...type])), ...code, 0x0b];
  return [...unsigned(body.length), ...body];
}
