// Recipes for instructions that have something to do with locals, globals, memory as a whole, control flow, tables and calls.
import { typeBytes, type Letter } from './assembler.ts';
import { locals, types, type Generator, type Recipe } from './generator.ts';

const letters: readonly Letter[] = ['i', 'I', 'f', 'F', 'v'];
const empty = 0x40;

export const specialRecipes: readonly Recipe[] = [
  ...letters.flatMap(perType),
  statement((g, depth) => pointer(g, depth)),
  statement((g, depth) => storesNearby(g, depth)),
  statement(g => g.do(0x01)),
  // memory.size and memory.grow
  value('i', g => g.do(0x3f, 0)),
  value('i', (g, depth) => g.give('i', depth).i32(1).do(0x71).do(0x40, 0)),
  value('i', g => g.i32(0x10000).do(0x40, 0)),
  // memory.fill, memory.copy, memory.init
  statement((g, depth) => bulk(g, depth, () => g.give('i', depth)).prefixed(0xfc, 11, 0)),
  statement((g, depth) => bulk(g, depth, () => g.address(depth)).prefixed(0xfc, 10, 0, 0)),
  statement((g, depth) => g.address(depth).i32(g.random.below(8)).i32(g.random.below(9)).prefixed(0xfc, 8, 0, 0)),
  // atomic.fence
  statement(g => {
    g.code.op(0xfe, 3).raw(0);
  }),
  statement((g, depth) => block(g, depth)),
  statement((g, depth) => ifElse(g, depth)),
  statement((g, depth) => loop(g, depth)),
  statement((g, depth) => branchAway(g, depth)),
  value('i', (g, depth) => branchTable(g, depth)),
  // memory.atomic.wait32 and wait64 trap on a memory that is not shared.
  statement((g, depth) => rarely(g, depth, () => g.i32(0).i32(0).i64(0).prefixed(0xfe, 1, 2, 0).do(0x1a))),
  statement((g, depth) => rarely(g, depth, () => g.i32(0).i64(0).i64(0).prefixed(0xfe, 2, 3, 0).do(0x1a))),
  statement((g, depth) => rarely(g, depth, () => g.do(0x00))),
  statement((g, depth) => seldom(g, depth, () => g.give('i', depth).do(0x0f))),
  // call, call_indirect, call_ref and their tail calls
  value('i', (g, depth) => g.give('i', depth).do(0x10, g.places.helper)),
  value('i', (g, depth) => args(g, depth).do(0x10, g.random.pick(g.places.callable))),
  value('i', (g, depth) => args(g, depth).i32(g.random.below(2)).do(0x11, types.run, 0)),
  value('i', (g, depth) => args(g, depth).do(0xd2, g.random.pick(g.places.callable)).do(0x14, types.run)),
  statement((g, depth) => seldom(g, depth, () => args(g, depth).do(0x12, g.places.function))),
  statement((g, depth) => seldom(g, depth, () => args(g, depth).i32(0).do(0x13, types.run, 0))),
  statement((g, depth) => seldom(g, depth, () => args(g, depth).do(0xd2, g.places.function).do(0x15, types.run))),
  // table.get, table.size, ref.is_null, ref.null
  value('i', g => g.i32(g.random.below(4)).do(0x25, 0).do(0xd1)),
  value('i', g => g.prefixed(0xfc, 16, 0)),
  value('i', g => g.do(0xd0, 0x70).do(0xd1)),
  // table.set, table.grow, table.fill, table.copy, table.init, elem.drop, data.drop
  unfit(g => g.i32(2).do(0xd2, g.places.function).do(0x26, 0)),
  unfit(g => g.do(0xd0, 0x70).i32(1).prefixed(0xfc, 15, 0).do(0x1a)),
  unfit(g => g.i32(2).do(0xd0, 0x70).i32(2).prefixed(0xfc, 17, 0)),
  unfit(g => g.i32(2).i32(0).i32(1).prefixed(0xfc, 14, 0, 0)),
  unfit(g => g.i32(3).i32(0).i32(1).prefixed(0xfc, 12, 1, 0)),
  unfit(g => g.prefixed(0xfc, 13, 2)),
  unfit(g => g.prefixed(0xfc, 9, 1)),
];

export function value(gives: Letter, write: (g: Generator, depth: number) => unknown): Recipe {
  return { gives, write: (g, depth) => void write(g, depth) };
}

export function statement(write: (g: Generator, depth: number) => unknown, only?: Recipe['only']): Recipe {
  return { gives: '', write: (g, depth) => void write(g, depth), ...(only && { only }) };
}

export function unfit(write: (g: Generator, depth: number) => unknown): Recipe {
  return statement(write, 'unfit');
}

/** A parametric recipe for each type of value. */
function perType(type: Letter): Recipe[] {
  const byte = typeBytes[type];
  return [
    statement((g, depth) => g.give(type, depth).keep(type)),
    value(type, (g, depth) => g.give(type, depth).do(0x22, g.random.pick(locals.own[type]))),
    statement((g, depth) => g.give(type, depth).do(0x1a)),
    ...(type === 'v' ? [] : [statement((g, depth) => g.give(type, depth).do(0x24, g.random.pick(g.places.globals[type])))]),
    value(type, (g, depth) => g.give(type, depth).give(type, depth).give('i', depth).do(0x1b)),
    // block, with a branch out of it that takes the value
    value(type, (g, depth) =>
      g.nest(
        code => code.op(0x02).raw(byte),
        'other',
        () => g.statements(1, depth).give(type, depth).give('i', depth).do(0x0d, 0).statements(1, depth),
      ),
    ),
    value(type, (g, depth) => {
      g.give('i', depth).nest(
        code => code.op(0x04).raw(byte),
        'other',
        () => {
          g.statements(1, depth).give(type, depth).do(0x05);
          g.statements(1, depth).give(type, depth);
        },
      );
    }),
  ];
}

export const args = (g: Generator, depth: number): Generator =>
  g.give('i', depth).give('I', depth).give('f', depth).give('F', depth);

/** A pointer moves on, or points elsewhere. */
function pointer(g: Generator, depth: number): void {
  const local = g.random.pick(locals.pointers);
  if (g.random.once(3)) g.give('i', depth).i32(0x1fff8).do(0x71).i32(4096).do(0x6a).do(0x21, local);
  else
    g.do(0x20, local)
      .i32(g.random.pick([1, 4, 8, 16, 255, 4096]))
      .do(0x6a)
      .do(0x22, local)
      .do(0x1a);
}

/** What compilers write for structures: stores off one local at several offsets, maybe with something between them. */
function storesNearby(g: Generator, depth: number): void {
  const local = g.random.pick(locals.pointers);
  for (let count = 2 + g.random.below(4); count > 0; count -= 1) {
    g.do(0x20, local);
    if (g.random.once(3)) g.i32(g.random.below(512) - 256).do(0x6a);
    g.give('i', depth).do(0x36, g.random.below(3), g.offset(1));
    if (g.random.once(5)) pointer(g, depth);
    if (g.random.once(5)) g.statements(1, depth);
  }
}

function bulk(g: Generator, depth: number, second: () => unknown): Generator {
  g.address(depth);
  second();
  if (g.random.once(4)) return g.i32(0);
  return g.give('i', depth).i32(0x3fff).do(0x71);
}

export function block(g: Generator, depth: number): void {
  const parameters = g.random.once(3);
  if (parameters) {
    // With parameters and results of its own: (i32 i32) -> (i32 i64)
    g.give('i', depth).give('i', depth);
    g.nest(
      code => code.op(0x02).s(types.pair),
      'other',
      () => g.do(0x6a).i32(3).do(0x46).give('I', depth),
    );
    return void g.keep('I').keep('i');
  }
  g.nest(
    code => code.op(0x02).raw(empty),
    'forward',
    () => g.statements(3, depth),
  );
}

export function ifElse(g: Generator, depth: number): void {
  g.give('i', depth);
  g.nest(
    code => code.op(0x04).raw(empty),
    'forward',
    () => {
      g.statements(2, depth);
      if (g.random.once(2)) g.do(0x05).statements(2, depth);
    },
  );
}

/** Runs until the fuel is used up, or less. */
export function loop(g: Generator, depth: number): void {
  const { fuel } = g.places;
  g.nest(
    code => code.op(0x03).raw(empty),
    'other',
    () => {
      g.statements(3, depth);
      g.do(0x23, fuel).i32(1).do(0x6b).do(0x24, fuel);
      g.do(0x23, fuel).i32(0).do(0x4a).give('i', depth).i32(3).do(0x71).do(0x45).do(0x45).do(0x71).do(0x0d, 0);
    },
  );
}

export function branchAway(g: Generator, depth: number): void {
  const label = g.forwardLabel();
  if (label === undefined) return;
  g.give('i', depth);
  if (g.random.once(2)) return void g.do(0x0d, label);
  g.nest(
    code => code.op(0x04).raw(empty),
    'other',
    () => g.do(0x0c, label + 1),
  );
}

function branchTable(g: Generator, depth: number): void {
  const i32 = typeBytes.i;
  g.nest(
    code => code.op(0x02).raw(i32),
    'other',
    () => {
      g.nest(
        code => code.op(0x02).raw(i32),
        'other',
        () => {
          g.give('i', depth).give('i', depth).i32(3).do(0x71).do(0x0e, 2, 0, 1, 0);
        },
      );
      g.i32(7).do(0x6a).statements(1, depth);
    },
  );
}

/** Inside an `if` that is seldom true, because it ends the function. */
export function seldom(g: Generator, depth: number, inside: () => unknown): void {
  g.give('i', depth).i32(7).do(0x71).do(0x45);
  g.nest(code => code.op(0x04).raw(empty), 'other', inside);
}

/** Still more seldom, because it traps. */
export function rarely(g: Generator, depth: number, inside: () => unknown): void {
  g.give('i', depth).i32(255).do(0x71).do(0x45);
  g.nest(code => code.op(0x04).raw(empty), 'other', inside);
}
