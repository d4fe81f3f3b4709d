// What the plain instructions of Wasm 3.0 take and give, written down from the specification: those that only take values
// from the stack, memory or immediates of fixed size and give at most one.
import type { Letter } from './assembler.ts';

export interface Signature {
  readonly opcode: number;
  readonly second?: number;
  readonly takes: readonly Letter[];
  readonly gives: Letter | '';
  /** Bytes that it reads or writes at the address, which is its first operand. */
  readonly width?: number;
  readonly atomic?: boolean;
  /** How many lanes its immediate chooses from. */
  readonly lanes?: number;
  /** The shape in which its result may have a NaN of unspecified bits. */
  readonly nan?: 'f' | 'F' | 'f32x4' | 'f64x2';
  /** It traps for some operands: `divide` when the second is 0, `truncate` when the number is too large. */
  readonly traps?: 'divide' | 'truncate';
}

/** `ii>i` */
type Shape = `${string}>${Letter | ''}`;

function expand(prefix: number | undefined, rows: readonly (readonly [from: number, to: number, Shape])[]): Signature[] {
  return rows.flatMap(([from, to, shape]) =>
    Array.from({ length: to - from + 1 }, (_, index) => ({
      ...(prefix === undefined ? { opcode: from + index } : { opcode: prefix, second: from + index }),
      ...parse(shape),
    })),
  );
}

function parse(shape: Shape): Pick<Signature, 'takes' | 'gives'> {
  const [takes = '', gives = ''] = shape.split('>');
  return { takes: takes.split('') as Letter[], gives: gives as Letter | '' };
}

const numeric = expand(undefined, [
  [0x45, 0x45, 'i>i'],
  [0x46, 0x4f, 'ii>i'],
  [0x50, 0x50, 'I>i'],
  [0x51, 0x5a, 'II>i'],
  [0x5b, 0x60, 'ff>i'],
  [0x61, 0x66, 'FF>i'],
  [0x67, 0x69, 'i>i'],
  [0x6a, 0x78, 'ii>i'],
  [0x79, 0x7b, 'I>I'],
  [0x7c, 0x8a, 'II>I'],
  [0x8b, 0x91, 'f>f'],
  [0x92, 0x98, 'ff>f'],
  [0x99, 0x9f, 'F>F'],
  [0xa0, 0xa6, 'FF>F'],
  [0xa7, 0xa7, 'I>i'],
  [0xa8, 0xa9, 'f>i'],
  [0xaa, 0xab, 'F>i'],
  [0xac, 0xad, 'i>I'],
  [0xae, 0xaf, 'f>I'],
  [0xb0, 0xb1, 'F>I'],
  [0xb2, 0xb3, 'i>f'],
  [0xb4, 0xb5, 'I>f'],
  [0xb6, 0xb6, 'F>f'],
  [0xb7, 0xb8, 'i>F'],
  [0xb9, 0xba, 'I>F'],
  [0xbb, 0xbb, 'f>F'],
  [0xbc, 0xbc, 'f>i'],
  [0xbd, 0xbd, 'F>I'],
  [0xbe, 0xbe, 'i>f'],
  [0xbf, 0xbf, 'I>F'],
  [0xc0, 0xc1, 'i>i'],
  [0xc2, 0xc4, 'I>I'],
]).map(signature => {
  const { opcode, gives } = signature;
  if ((opcode >= 0x6d && opcode <= 0x70) || (opcode >= 0x7f && opcode <= 0x82)) return { ...signature, traps: 'divide' as const };
  if ([0xa8, 0xa9, 0xaa, 0xab, 0xae, 0xaf, 0xb0, 0xb1].includes(opcode)) return { ...signature, traps: 'truncate' as const };
  return gives === 'f' || gives === 'F' ? { ...signature, nan: gives } : signature;
});

const saturating = expand(0xfc, [
  [0, 1, 'f>i'],
  [2, 3, 'F>i'],
  [4, 5, 'f>I'],
  [6, 7, 'F>I'],
]);

const vectorRows = expand(0xfd, [
  [14, 14, 'vv>v'],
  [15, 17, 'i>v'],
  [18, 18, 'I>v'],
  [19, 19, 'f>v'],
  [20, 20, 'F>v'],
  [35, 76, 'vv>v'],
  [77, 77, 'v>v'],
  [78, 81, 'vv>v'],
  [82, 82, 'vvv>v'],
  [83, 83, 'v>i'],
  [94, 98, 'v>v'],
  [99, 100, 'v>i'],
  [101, 102, 'vv>v'],
  [103, 106, 'v>v'],
  [107, 109, 'vi>v'],
  [110, 115, 'vv>v'],
  [116, 117, 'v>v'],
  [118, 121, 'vv>v'],
  [122, 122, 'v>v'],
  [123, 123, 'vv>v'],
  [124, 129, 'v>v'],
  [130, 130, 'vv>v'],
  [131, 132, 'v>i'],
  [133, 134, 'vv>v'],
  [135, 138, 'v>v'],
  [139, 141, 'vi>v'],
  [142, 147, 'vv>v'],
  [148, 148, 'v>v'],
  [149, 153, 'vv>v'],
  [155, 159, 'vv>v'],
  [160, 161, 'v>v'],
  [163, 164, 'v>i'],
  [167, 170, 'v>v'],
  [171, 173, 'vi>v'],
  [174, 174, 'vv>v'],
  [177, 177, 'vv>v'],
  [181, 186, 'vv>v'],
  [188, 191, 'vv>v'],
  [192, 193, 'v>v'],
  [195, 196, 'v>i'],
  [199, 202, 'v>v'],
  [203, 205, 'vi>v'],
  [206, 206, 'vv>v'],
  [209, 209, 'vv>v'],
  [213, 223, 'vv>v'],
  [224, 225, 'v>v'],
  [227, 227, 'v>v'],
  [228, 235, 'vv>v'],
  [236, 237, 'v>v'],
  [239, 239, 'v>v'],
  [240, 247, 'vv>v'],
  [248, 255, 'v>v'],
  [0x100, 0x100, 'vv>v'],
  [0x101, 0x104, 'v>v'],
  [0x105, 0x10c, 'vvv>v'],
  [0x10d, 0x112, 'vv>v'],
  [0x113, 0x113, 'vvv>v'],
]);

const within = (value: number, ranges: readonly (readonly [number, number])[]): boolean =>
  ranges.some(([from, to]) => value >= from && value <= to);

const vector = vectorRows.map(signature => {
  const second = signature.second ?? 0;
  if (
    within(second, [
      [94, 94],
      [103, 106],
      [224, 235],
      [0x105, 0x106],
      [0x10d, 0x10e],
    ])
  )
    return { ...signature, nan: 'f32x4' as const };
  if (
    within(second, [
      [95, 95],
      [116, 117],
      [122, 122],
      [148, 148],
      [236, 247],
      [0x107, 0x108],
      [0x10f, 0x110],
    ])
  )
    return { ...signature, nan: 'f64x2' as const };
  return signature;
});

/** extract_lane and replace_lane: first opcode, how many extracts, lanes, the lane's type. */
const laneRows: readonly (readonly [number, number, number, Letter])[] = [
  [21, 2, 16, 'i'],
  [24, 2, 8, 'i'],
  [27, 1, 4, 'i'],
  [29, 1, 2, 'I'],
  [31, 1, 4, 'f'],
  [33, 1, 2, 'F'],
];

const lanes = laneRows.flatMap(([first, extracts, count, type]): Signature[] => [
  ...Array.from({ length: extracts }, (_, index): Signature => ({
    opcode: 0xfd,
    second: first + index,
    takes: ['v'],
    gives: type,
    lanes: count,
  })),
  { opcode: 0xfd, second: first + extracts, takes: ['v', type], gives: 'v', lanes: count },
]);

/** Loads and stores in the order of their opcodes: what they give or take, and how many bytes. */
const plainMemory = [
  ...widths(0x28, 'iIfFiiiiIIIIII', [4, 8, 4, 8, 1, 1, 2, 2, 1, 1, 2, 2, 4, 4], loads),
  ...widths(0x36, 'iIfFiiIII', [4, 8, 4, 8, 1, 2, 1, 2, 4], stores),
];

function widths(
  from: number,
  types: string,
  bytes: readonly number[],
  make: (type: Letter) => Pick<Signature, 'takes' | 'gives'>,
): Signature[] {
  return bytes.map((width, index) => ({ opcode: from + index, ...make(types[index] as Letter), width }));
}

function loads(type: Letter): Pick<Signature, 'takes' | 'gives'> {
  return { takes: ['i'], gives: type };
}

function stores(type: Letter): Pick<Signature, 'takes' | 'gives'> {
  return { takes: ['i', type], gives: '' };
}

const vectorMemory: Signature[] = [
  ...[16, 8, 8, 8, 8, 8, 8, 1, 2, 4, 8].map((width, second): Signature => ({
    opcode: 0xfd,
    second,
    takes: ['i'],
    gives: 'v',
    width,
  })),
  { opcode: 0xfd, second: 11, takes: ['i', 'v'], gives: '', width: 16 },
  ...[1, 2, 4, 8].flatMap((width, index): Signature[] => [
    { opcode: 0xfd, second: 84 + index, takes: ['i', 'v'], gives: 'v', width, lanes: 16 / width },
    { opcode: 0xfd, second: 88 + index, takes: ['i', 'v'], gives: '', width, lanes: 16 / width },
  ]),
  { opcode: 0xfd, second: 92, takes: ['i'], gives: 'v', width: 4 },
  { opcode: 0xfd, second: 93, takes: ['i'], gives: 'v', width: 8 },
];

/** The order of types and widths within each group of atomic instructions. */
const atomicTypes: readonly (readonly [Letter, number])[] = [
  ['i', 4],
  ['I', 8],
  ['i', 1],
  ['i', 2],
  ['I', 1],
  ['I', 2],
  ['I', 4],
];

const atomicGroup = (from: number, takes: (type: Letter) => Letter[], gives: (type: Letter) => Letter | ''): Signature[] =>
  atomicTypes.map(([type, width], index) => ({
    opcode: 0xfe,
    second: from + index,
    takes: takes(type),
    gives: gives(type),
    width,
    atomic: true,
  }));

const atomics: Signature[] = [
  { opcode: 0xfe, second: 0, takes: ['i', 'i'], gives: 'i', width: 4, atomic: true },
  ...atomicGroup(
    0x10,
    () => ['i'],
    type => type,
  ),
  ...atomicGroup(
    0x17,
    type => ['i', type],
    () => '',
  ),
  ...[0x1e, 0x25, 0x2c, 0x33, 0x3a, 0x41].flatMap(from =>
    atomicGroup(
      from,
      type => ['i', type],
      type => type,
    ),
  ),
  ...atomicGroup(
    0x48,
    type => ['i', type, type],
    type => type,
  ),
];

export const signatures: readonly Signature[] = [
  ...numeric,
  ...saturating,
  ...vector,
  ...lanes,
  ...plainMemory,
  ...vectorMemory,
  ...atomics,
];
