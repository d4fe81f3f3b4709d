// What an instruction is to the instrumentation, by its one-byte opcode: numbers, because every instruction is looked up.

export const effects = {
  /** A prefix, an instruction that few functions have, or none at all: looked at by itself. */
  rare: 0,
  nothing: 1,
  /** Control may come from elsewhere behind it. `forget`: without immediates; `label`: with one. */
  forget: 2,
  label: 3,
  /** It does something to the stack. `block`: with a block type; `branch`: with a label. */
  block: 4,
  branch: 5,
  call: 6,
  callIndirect: 7,
  loop: 8,
  get: 9,
  set: 10,
  tee: 11,
  globalGet: 12,
  globalSet: 13,
  drop: 14,
  select: 15,
  load: 16,
  store: 17,
  constant: 18,
  constant64: 19,
  unary: 20,
  binary: 21,
  add: 22,
} as const;

type Effect = (typeof effects)[keyof typeof effects];

const ranges: readonly (readonly [from: number, to: number, Effect])[] = [
  [0x00, 0x00, effects.forget],
  [0x01, 0x01, effects.nothing],
  [0x02, 0x02, effects.block],
  [0x03, 0x03, effects.loop],
  [0x04, 0x04, effects.block],
  [0x05, 0x05, effects.forget],
  [0x0b, 0x0b, effects.forget],
  [0x0c, 0x0c, effects.label],
  [0x0d, 0x0d, effects.branch],
  [0x0f, 0x0f, effects.forget],
  [0x10, 0x10, effects.call],
  [0x11, 0x11, effects.callIndirect],
  [0x1a, 0x1a, effects.drop],
  [0x1b, 0x1b, effects.select],
  [0x20, 0x20, effects.get],
  [0x21, 0x21, effects.set],
  [0x22, 0x22, effects.tee],
  [0x23, 0x23, effects.globalGet],
  [0x24, 0x24, effects.globalSet],
  [0x28, 0x35, effects.load],
  [0x36, 0x3e, effects.store],
  [0x41, 0x41, effects.constant],
  [0x42, 0x42, effects.constant64],
  // Comparisons, arithmetic, conversions.
  [0x45, 0xc4, effects.binary],
  // i32.eqz and i64.eqz; clz, ctz, popcnt; float functions of one number; conversions and sign extensions.
  [0x45, 0x45, effects.unary],
  [0x50, 0x50, effects.unary],
  [0x67, 0x69, effects.unary],
  [0x79, 0x7b, effects.unary],
  [0x8b, 0x91, effects.unary],
  [0x99, 0x9f, effects.unary],
  [0xa7, 0xc4, effects.unary],
  [0x6a, 0x6a, effects.add],
];

/** By opcode. */
export const effectOf: Uint8Array = table();

function table(): Uint8Array {
  const all = new Uint8Array(256);
  // Later ranges come over earlier ones.
  for (const [from, to, effect] of ranges) all.fill(effect, from, to + 1);
  return all;
}
