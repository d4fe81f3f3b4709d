// The instructions of Wasm (core specification 3.0, and legacy exceptions) by their immediates, and what those that the
// instrumentation watches do to the stack.

/** What follows an opcode. */
export type Immediates =
  | 'none'
  | 'block-type'
  /** One index or integer, as LEB128. */
  | 'one'
  | 'two'
  | 'memory'
  | 'memory-and-lane'
  | 'bytes-1'
  | 'bytes-4'
  | 'bytes-8'
  | 'bytes-16'
  | 'labels'
  | 'types'
  | 'try-table'
  /** Flags, a label and two types. */
  | 'cast-branch'
  | 'fence';

/** A range of opcodes with the same immediates. */
type Rows = readonly (readonly [from: number, to: number, Immediates])[];

const single: Rows = [
  [0x00, 0x01, 'none'],
  [0x02, 0x04, 'block-type'],
  [0x05, 0x05, 'none'],
  [0x06, 0x06, 'block-type'],
  [0x07, 0x09, 'one'],
  [0x0a, 0x0b, 'none'],
  [0x0c, 0x0d, 'one'],
  [0x0e, 0x0e, 'labels'],
  [0x0f, 0x0f, 'none'],
  [0x10, 0x10, 'one'],
  [0x11, 0x11, 'two'],
  [0x12, 0x12, 'one'],
  [0x13, 0x13, 'two'],
  [0x14, 0x15, 'one'],
  [0x18, 0x18, 'one'],
  [0x19, 0x1b, 'none'],
  [0x1c, 0x1c, 'types'],
  [0x1f, 0x1f, 'try-table'],
  [0x20, 0x26, 'one'],
  [0x28, 0x3e, 'memory'],
  [0x3f, 0x40, 'one'],
  [0x41, 0x42, 'one'],
  [0x43, 0x43, 'bytes-4'],
  [0x44, 0x44, 'bytes-8'],
  [0x45, 0xc4, 'none'],
  [0xd0, 0xd0, 'one'],
  [0xd1, 0xd1, 'none'],
  [0xd2, 0xd2, 'one'],
  [0xd3, 0xd4, 'none'],
  [0xd5, 0xd6, 'one'],
];

const gc: Rows = [
  [0, 1, 'one'],
  [2, 5, 'two'],
  [6, 7, 'one'],
  [8, 10, 'two'],
  [11, 14, 'one'],
  [15, 15, 'none'],
  [16, 16, 'one'],
  [17, 19, 'two'],
  [20, 23, 'one'],
  [24, 25, 'cast-branch'],
  [26, 30, 'none'],
];

const misc: Rows = [
  [0, 7, 'none'],
  [8, 8, 'two'],
  [9, 9, 'one'],
  [10, 10, 'two'],
  [11, 11, 'one'],
  [12, 12, 'two'],
  [13, 13, 'one'],
  [14, 14, 'two'],
  [15, 17, 'one'],
];

const simd: Rows = [
  [0, 11, 'memory'],
  [12, 13, 'bytes-16'],
  [14, 20, 'none'],
  [21, 34, 'bytes-1'],
  [35, 83, 'none'],
  [84, 91, 'memory-and-lane'],
  [92, 93, 'memory'],
  [94, 153, 'none'],
  [155, 161, 'none'],
  [163, 164, 'none'],
  [167, 174, 'none'],
  [177, 177, 'none'],
  [181, 186, 'none'],
  [188, 193, 'none'],
  [195, 196, 'none'],
  [199, 206, 'none'],
  [209, 209, 'none'],
  [213, 225, 'none'],
  [227, 237, 'none'],
  [239, 0x113, 'none'],
];

const atomic: Rows = [
  [0, 2, 'memory'],
  [3, 3, 'fence'],
  [0x10, 0x4e, 'memory'],
];

export const prefixes = { gc: 0xfb, misc: 0xfc, simd: 0xfd, atomic: 0xfe } as const;

/** Immediates by opcode; undefined where there is no such instruction. */
export interface OpcodeTable {
  readonly single: readonly (Immediates | undefined)[];
  readonly prefixed: Readonly<Record<number, readonly (Immediates | undefined)[] | undefined>>;
}

export const opcodeTable: OpcodeTable = {
  single: expand(single),
  prefixed: {
    [prefixes.gc]: expand(gc),
    [prefixes.misc]: expand(misc),
    [prefixes.simd]: expand(simd),
    [prefixes.atomic]: expand(atomic),
  },
};

/** Instructions behind `prefixes.gc` that change an object: struct.set; array.set, fill, copy, init_data and init_elem. */
export const changesObject = (second: number): boolean => second === 5 || second === 14 || (second >= 16 && second <= 19);

/** Value types as they are written. */
export const valueTypes = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

/** Single-byte instructions that write `[address, value]`: the type of the value, by opcode. */
export const storedTypes: readonly (number | undefined)[] = (() => {
  const { i32, i64, f32, f64 } = valueTypes;
  const types: (number | undefined)[] = [];
  for (const [index, type] of [i32, i64, f32, f64, i32, i32, i64, i64, i64].entries()) types[0x36 + index] = type;
  return types;
})();

/** SIMD instructions that write `[address, v128]`: v128.store and the lane stores. */
export const isSimdStore = (opcode: number): boolean => opcode === 11 || (opcode >= 88 && opcode <= 91);

/** Atomic instructions that write: the types of the values above the address; undefined for those that don't. */
export function atomicStore(opcode: number): readonly number[] | undefined {
  if (opcode < 0x17) return undefined;
  const wide = [0x18, 0x1b, 0x1c, 0x1d].includes(opcode) || (opcode >= 0x1e && [1, 4, 5, 6].includes((opcode - 0x1e) % 7));
  const type = wide ? valueTypes.i64 : valueTypes.i32;
  return opcode >= 0x48 ? [type, type] : [type];
}

function expand(rows: Rows): (Immediates | undefined)[] {
  const table: (Immediates | undefined)[] = [];
  for (const [from, to, immediates] of rows) for (let opcode = from; opcode <= to; opcode += 1) table[opcode] = immediates;
  return table;
}
