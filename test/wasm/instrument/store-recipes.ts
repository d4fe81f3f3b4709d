// Recipes for code that does little but store, off pointers that point to the edges of what a mark covers: whatever store the
// instrumentation leaves without a mark of its own shows in a memory where few others are marked.
import { locals, type Generator, type Recipe } from './generator.ts';
import { block, branchAway, ifElse, loop, statement, value } from './special-recipes.ts';

export const storeRecipes: readonly Recipe[] = [
  statement((g, depth) => point(g, depth)),
  statement(g => moveOn(g)),
  statement(g => alias(g)),
  ...[1, 2, 3, 4].map(() => statement((g, depth) => store(g, depth))),
  statement((g, depth) => block(g, depth)),
  statement((g, depth) => ifElse(g, depth)),
  statement((g, depth) => loop(g, depth)),
  statement((g, depth) => branchAway(g, depth)),
  statement((g, depth) =>
    g
      .give('i', depth)
      .do(0x10, g.random.pick([g.places.helper]))
      .do(0x1a),
  ),
  value('i', g => g.do(0x20, g.random.pick(locals.own.i))),
];

const pointer = (g: Generator): number => g.random.pick(locals.pointers);

/** To a place near the beginning of a page. */
function point(g: Generator, depth: number): void {
  g.give('i', depth)
    .i32(0x1f000)
    .do(0x71)
    .i32(4096 + g.random.below(600) - 300)
    .do(0x6a)
    .do(0x21, pointer(g));
}

function moveOn(g: Generator): void {
  const local = pointer(g);
  g.do(0x20, local)
    .i32(g.random.pick([1, 8, 200, 4096, 8192, 12_288]))
    .do(0x6a);
  if (g.random.once(2)) g.do(0x21, local);
  else g.do(0x22, local).i32(g.random.u32()).do(0x3a, 0, g.random.below(300));
}

function alias(g: Generator): void {
  g.do(0x20, pointer(g)).do(0x21, pointer(g));
}

/** 0x36 to 0x3e, and v128.store */
function store(g: Generator, depth: number): void {
  const offset = g.random.pick([0, 1, 4, 8, 200, 238, 239, 240, 241, 250, 256, 4000, 4096, 8192]) + g.random.below(4);
  g.do(0x20, pointer(g));
  if (g.random.once(3)) g.i32(g.random.below(600) - 300).do(0x6a);
  if (g.random.once(4)) {
    g.do(0x20, locals.own.v[0] ?? 0);
    g.code.op(0xfd, 11).u(0, offset);
  } else g.give('i', depth).do(g.random.pick([0x36, 0x3a, 0x3b]), 0, offset);
}
