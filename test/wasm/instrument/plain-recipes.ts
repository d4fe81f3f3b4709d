// Recipes for the instructions that only take values and give one.
import { typeBytes, type Letter } from './assembler.ts';
import { locals, type Generator, type Recipe } from './generator.ts';
import { signatures, type Signature } from './signatures.ts';

export const plainRecipes: readonly Recipe[] = [
  ...signatures.map((signature): Recipe => ({
    gives: signature.gives,
    write: (g, depth) => writePlain(g, signature, depth),
  })),
  { gives: 'v', write: (g, depth) => shuffle(g, depth) },
];

function writePlain(g: Generator, signature: Signature, depth: number): void {
  const { opcode, second, takes, width, lanes, nan } = signature;
  for (const [place, type] of takes.entries()) {
    if (place === 0 && width !== undefined) g.address(depth, signature.atomic ? width : 1);
    else operand(g, type, signature, { place, depth });
  }
  g.code.op(opcode, second);
  if (width !== undefined) {
    const log2 = Math.log2(width);
    g.code.u(signature.atomic ? log2 : g.random.below(log2 + 1), g.offset(signature.atomic ? width : 1));
  }
  if (lanes !== undefined) g.code.raw(g.random.below(lanes));
  if (nan) canonical(g, nan);
}

/** Seldom one that traps. */
function operand(g: Generator, type: Letter, { traps }: Signature, { place, depth }: { place: number; depth: number }): void {
  g.give(type, depth);
  if (g.random.once(30)) return;
  if (traps === 'divide' && place === 1) {
    if (type === 'i') g.i32(1).do(0x72);
    else g.code.op(0x42).s(1).op(0x84);
  }
  if (traps === 'truncate') {
    // The number of a float's bits, small and not negative.
    if (type === 'f') g.do(0xbc).i32(0xffff).do(0x71).do(0xb3);
    else {
      g.do(0xbd);
      g.code.op(0x42).s(0xffff).op(0x83).op(0xba);
    }
  }
}

/** A NaN's bits are the machine's choice, and may be another in other code: makes all NaNs one. */
function canonical(g: Generator, shape: 'f' | 'F' | 'f32x4' | 'f64x2'): void {
  if (shape === 'f' || shape === 'F') {
    const local = locals.kept[shape];
    g.do(0x22, local);
    g.code.op(shape === 'f' ? 0x43 : 0x44).raw(...(shape === 'f' ? [0, 0, 0xc0, 0x7f] : [0, 0, 0, 0, 0, 0, 0xf8, 0x7f]));
    g.do(0x20, local)
      .do(0x20, local)
      .do(shape === 'f' ? 0x5b : 0x61);
    if (g.random.once(2)) return void g.do(0x1b);
    g.code.op(0x1c).u(1).raw(typeBytes[shape]);
    return;
  }
  const local = locals.kept.v;
  g.do(0x22, local);
  g.code.op(0xfd, 12).raw(...Array.from({ length: 16 }, () => 0));
  g.do(0x20, local).do(0x20, local);
  g.prefixed(0xfd, shape === 'f32x4' ? 65 : 71).prefixed(0xfd, 82);
}

function shuffle(g: Generator, depth: number): void {
  g.give('v', depth).give('v', depth);
  g.code.op(0xfd, 13).raw(...Array.from({ length: 16 }, () => g.random.below(32)));
}
