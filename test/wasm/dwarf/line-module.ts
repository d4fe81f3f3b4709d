// Core modules with line programs made by hand.

export const uleb = (value: number): number[] =>
  value < 0x80 ? [value] : [(value % 128) | 0x80, ...uleb(Math.floor(value / 128))];

export const sleb = (value: number): number[] =>
  value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...sleb(Math.floor(value / 128))];

export const u16 = (value: number): number[] => [value & 0xff, value >> 8];
export const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)];
export const text = (value: string): number[] => [...Buffer.from(value), 0];

const extended = (...bytes: number[]): number[] => [0, ...uleb(bytes.length), ...bytes];

/** The opcodes of DWARF 5, 6.2.5.2 and 6.2.5.3. */
export const op = {
  copy: [1],
  advancePc: (by: number): number[] => [2, ...uleb(by)],
  advanceLine: (by: number): number[] => [3, ...sleb(by)],
  setFile: (file: number): number[] => [4, ...uleb(file)],
  setColumn: (column: number): number[] => [5, ...uleb(column)],
  negateStatement: [6],
  basicBlock: [7],
  constAddPc: [8],
  fixedAdvancePc: (by: number): number[] => [9, ...u16(by)],
  prologueEnd: [10],
  epilogueBegin: [11],
  setIsa: (isa: number): number[] => [12, ...uleb(isa)],
  endSequence: extended(1),
  setAddress: (address: number): number[] => extended(2, ...u32(address)),
  defineFile: (name: string, directory: number): number[] => extended(3, ...text(name), ...uleb(directory), 0, 0),
  setDiscriminator: (value: number): number[] => extended(4, ...uleb(value)),
  unknownExtended: extended(0x80, 1, 2, 3),
  /** With the header below: line base -3, range 12, opcode base 13. */
  special: (advance: number, line: number): number[] => [line + 3 + 12 * advance + 13],
};

export interface UnitParts {
  readonly version: 2 | 4 | 5;
  /** What stands for directories and files. */
  readonly tables: readonly number[];
  readonly program: readonly number[];
  readonly lineRange?: number;
  readonly opcodeBase?: number;
  readonly instructionBytes?: number;
  readonly wide?: boolean;
}

const argumentCounts = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 2, 1];

export function unit({
  version,
  tables,
  program,
  lineRange = 12,
  opcodeBase = 13,
  instructionBytes = 1,
  wide = false,
}: UnitParts): number[] {
  const size = (value: number): number[] => (wide ? [...u32(value), ...u32(0)] : u32(value));
  const operations = version >= 4 ? [1] : [];
  const head = [
    instructionBytes,
    ...operations,
    1,
    0xfd,
    lineRange,
    opcodeBase,
    ...argumentCounts.slice(0, opcodeBase - 1),
    ...tables,
  ];
  const body = [...u16(version), ...(version === 5 ? [4, 0] : []), ...size(head.length), ...head, ...program];
  return [...(wide ? u32(0xffff_ffff) : []), ...size(body.length), ...body];
}

/** Of version 4: files as `[name, directory]`, directories from 1. */
export const oldTables = (directories: readonly string[], files: readonly (readonly [string, number])[]): number[] => [
  ...directories.flatMap(text),
  0,
  ...files.flatMap(([name, directory]) => [...text(name), ...uleb(directory), 0, 0]),
  0,
];

const section = (id: number, body: readonly number[]): number[] => [id, ...uleb(body.length), ...body];
const custom = (name: string, data: readonly number[]): number[] =>
  section(0, [...uleb(name.length), ...Buffer.from(name), ...data]);

/** Where the body of the code section begins in `lineModule`. */
export const codeOffset = 11;

/** Its code is 1000 bytes of no meaning: nothing compiles it. */
export function lineModule(sections: Readonly<Record<string, readonly number[]>>): Uint8Array {
  const code = section(
    10,
    Array.from({ length: 1000 }, () => 0),
  );
  const debug = Object.entries(sections).flatMap(([name, data]) => custom(name, data));
  return Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...code, ...debug]);
}
