// Recipes for exceptions, of both kinds, and for references and objects of the garbage-collected heap.
import { locals, types, type Generator, type Recipe } from './generator.ts';
import { seldom, statement, unfit, value } from './special-recipes.ts';

const i32 = 0x7f;
const empty = 0x40;
/** Heap types. */
const heap = { any: 0x6e, i31: 0x6c, struct: 0x6b, exn: 0x69, func: 0x70 } as const;
/** The type index of () -> (i32, exnref). */
export const caughtType = 9;

export const referenceRecipes: readonly Recipe[] = [
  { ...value('i', (g, depth) => tryCatch(g, depth)), only: 'legacy' },
  { ...value('i', (g, depth) => rethrown(g, depth)), only: 'legacy' },
  { ...value('i', (g, depth) => delegated(g, depth)), only: 'legacy' },
  { ...value('i', (g, depth) => tryTable(g, depth)), only: 'exnref' },
  { ...value('i', (g, depth) => thrownAgain(g, depth)), only: 'exnref' },
  { ...value('i', (g, depth) => caughtAll(g, depth)), only: 'exnref' },
  // structures
  statement((g, depth) => struct(g, depth).do(0x21, locals.struct)),
  statement(g => g.prefixed(0xfb, 1, types.struct).do(0x21, locals.struct)),
  value('i', (g, depth) => struct(g, depth).prefixed(0xfb, 2, types.struct, 0)),
  value('I', (g, depth) => struct(g, depth).prefixed(0xfb, 2, types.struct, 1)),
  value('i', (g, depth) => struct(g, depth).prefixed(0xfb, 3, types.struct, 2)),
  value('i', (g, depth) => struct(g, depth).prefixed(0xfb, 4, types.struct, 2)),
  unfit((g, depth) => struct(g, depth).do(0x22, locals.struct).give('i', depth).prefixed(0xfb, 5, types.struct, 0)),
  // arrays
  value('i', (g, depth) => words(g, depth).prefixed(0xfb, 15)),
  value('i', g => g.i32(9).prefixed(0xfb, 7, types.words).i32(8).prefixed(0xfb, 11, types.words)),
  value('i', (g, depth) =>
    g.give('i', depth).give('i', depth).prefixed(0xfb, 8, types.words, 2).i32(1).prefixed(0xfb, 11, types.words),
  ),
  value('i', g => bytes(g).i32(g.random.below(4)).prefixed(0xfb, 12, types.bytes)),
  value('i', g => bytes(g).i32(g.random.below(4)).prefixed(0xfb, 13, types.bytes)),
  value('i', g => g.i32(0).i32(1).prefixed(0xfb, 10, types.functions, 1).prefixed(0xfb, 15)),
  unfit((g, depth) => words(g, depth).i32(3).give('i', depth).prefixed(0xfb, 14, types.words)),
  unfit((g, depth) => words(g, depth).i32(3).give('i', depth).i32(2).prefixed(0xfb, 16, types.words)),
  unfit((g, depth) => words(g, depth).i32(1).do(0x20, locals.words).i32(0).i32(2).prefixed(0xfb, 17, types.words, types.words)),
  unfit(g => bytes(g).i32(0).i32(1).i32(2).prefixed(0xfb, 18, types.bytes, 0)),
  unfit(g => g.i32(0).i32(1).prefixed(0xfb, 10, types.functions, 1).i32(0).i32(0).i32(1).prefixed(0xfb, 19, types.functions, 1)),
  // tests and casts
  value('i', (g, depth) => struct(g, depth).prefixed(0xfb, 20, heap.struct)),
  value('i', g => g.do(0x20, locals.struct).prefixed(0xfb, 21, types.struct)),
  value('i', (g, depth) => struct(g, depth).prefixed(0xfb, 22, types.struct).prefixed(0xfb, 2, types.struct, 0)),
  value('i', g => g.do(0x20, locals.struct).prefixed(0xfb, 23, heap.any).do(0xd1)),
  value('i', (g, depth) => struct(g, depth).do(0x20, locals.struct).do(0xd3)),
  value('i', (g, depth) => g.give('i', depth).prefixed(0xfb, 28).prefixed(0xfb, 29)),
  value('i', (g, depth) => g.give('i', depth).prefixed(0xfb, 28).prefixed(0xfb, 30)),
  value('i', (g, depth) => struct(g, depth).prefixed(0xfb, 27).prefixed(0xfb, 26).do(0xd1)),
  value('i', (g, depth) => seldomNull(g, depth)),
  value('i', (g, depth) => onCast(g, depth)),
  value('i', (g, depth) => onCastFail(g, depth)),
  value('i', g => onNull(g)),
  value('i', g => onNonNull(g)),
];

const struct = (g: Generator, depth: number): Generator =>
  g.give('i', depth).give('I', depth).give('i', depth).prefixed(0xfb, 0, types.struct);

/** Eight words, kept in the local too. */
const words = (g: Generator, depth: number): Generator =>
  g.give('i', depth).i32(8).prefixed(0xfb, 6, types.words).do(0x22, locals.words);

const bytes = (g: Generator): Generator => g.i32(g.random.below(4)).i32(4).prefixed(0xfb, 9, types.bytes, 0);

const throwing = (g: Generator, depth: number): Generator => g.give('i', depth).do(0x08, g.places.tag);

/** try { ... } catch tag { ... } catch_all { ... } */
function tryCatch(g: Generator, depth: number): void {
  g.nest(
    code => code.op(0x06).raw(i32),
    'other',
    () => {
      g.statements(2, depth);
      seldom(g, depth, () => throwing(g, depth));
      g.give('i', depth).do(0x07, g.places.tag).statements(1, depth).i32(1).do(0x6a).do(0x19).i32(5);
    },
  );
}

function rethrown(g: Generator, depth: number): void {
  g.nest(
    code => code.op(0x06).raw(i32),
    'other',
    () => {
      g.nest(
        code => code.op(0x06).raw(i32),
        'other',
        () => throwing(g, depth).do(0x07, g.places.tag).statements(1, depth).do(0x09, 0),
      );
      g.do(0x07, g.places.tag).statements(1, depth);
    },
  );
}

function delegated(g: Generator, depth: number): void {
  g.nest(
    code => code.op(0x06).raw(i32),
    'other',
    () => {
      // `delegate` stands in the place of `end`.
      g.code.op(0x06).raw(i32);
      throwing(g, depth).do(0x18, 0);
      g.do(0x19).statements(1, depth).i32(6);
    },
  );
}

function tryTable(g: Generator, depth: number): void {
  g.nest(
    code => code.op(0x02).raw(i32),
    'other',
    () =>
      g.nest(
        code => code.op(0x1f).raw(i32, 1, 0).u(g.places.tag, 0),
        'other',
        () => {
          g.statements(2, depth);
          seldom(g, depth, () => throwing(g, depth));
          g.give('i', depth);
        },
      ),
  );
}

/** Caught with its reference, which is thrown again and caught outside. */
function thrownAgain(g: Generator, depth: number): void {
  const catching = (kind: number, type: readonly number[]) => (inside: () => unknown) =>
    g.nest(
      code =>
        code
          .op(0x1f)
          .raw(...type, 1, kind)
          .u(g.places.tag, 0),
      'other',
      inside,
    );
  g.nest(
    code => code.op(0x02).raw(i32),
    'other',
    () =>
      catching(0, [i32])(() => {
        g.nest(
          code => code.op(0x02).s(caughtType),
          'other',
          () => {
            catching(1, [empty])(() => throwing(g, depth));
            g.do(0x00);
          },
        );
        g.do(0x0a);
      }),
  );
}

/** catch_all and catch_all_ref */
function caughtAll(g: Generator, depth: number): void {
  g.nest(
    code => code.op(0x02).raw(0x69),
    'other',
    () => {
      g.nest(
        code => code.op(0x1f).raw(empty, 1, 3, 0),
        'other',
        () => seldom(g, depth, () => throwing(g, depth)),
      );
      g.do(0xd0, heap.exn);
    },
  );
  g.do(0xd1);
  g.nest(
    code => code.op(0x02).raw(empty),
    'other',
    () =>
      g.nest(
        code => code.op(0x1f).raw(empty, 1, 2, 0),
        'other',
        () => {
          g.statements(1, depth);
          seldom(g, depth, () => throwing(g, depth));
        },
      ),
  );
}

function seldomNull(g: Generator, depth: number): void {
  seldom(g, depth, () => struct(g, depth).do(0x21, locals.struct));
  struct(g, depth).do(0x21, locals.struct).do(0x20, locals.struct).do(0xd4).prefixed(0xfb, 2, types.struct, 0);
}

function onCast(g: Generator, depth: number): void {
  g.nest(
    code => code.op(0x02).raw(heap.i31),
    'other',
    () => {
      if (g.random.once(2)) g.give('i', depth).prefixed(0xfb, 28);
      else struct(g, depth);
      g.code.op(0xfb, 24).raw(3, 0, heap.any, heap.i31);
      g.do(0x1a).do(0xd0, heap.i31);
    },
  );
  g.do(0xd1);
}

function onCastFail(g: Generator, depth: number): void {
  g.nest(
    code => code.op(0x02).raw(heap.any),
    'other',
    () => {
      struct(g, depth);
      g.code.op(0xfb, 25).raw(3, 0, heap.any, heap.i31);
    },
  );
  g.do(0xd1);
}

function onNull(g: Generator): void {
  g.nest(
    code => code.op(0x02).raw(i32),
    'other',
    () => g.i32(1).do(0x20, locals.struct).do(0xd5, 0).do(0x1a).do(0x1a).i32(2),
  );
}

function onNonNull(g: Generator): void {
  g.nest(
    code => code.op(0x02).raw(0x63).s(types.struct),
    'other',
    () => g.do(0x20, locals.struct).do(0xd6, 0).do(0xd0, types.struct),
  );
  g.do(0xd1);
}
