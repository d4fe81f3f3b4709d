// Writes the code of one function at random: expressions of a wanted type, and statements, out of recipes.
import { Code, type Letter } from './assembler.ts';
import type { Random } from './random.ts';

/** A way to write an expression of the type `gives`, or a statement. */
export interface Recipe {
  readonly gives: Letter | '';
  readonly write: (g: Generator, depth: number) => void;
  /** Only in modules that are not put back, that have exceptions of the older or the newer kind. */
  readonly only?: 'unfit' | 'legacy' | 'exnref';
}

export type Flavour = 'unfit' | 'legacy' | 'exnref';

/** Where the things are that code refers to; functions before `function` may be called. */
export interface Places {
  readonly function: number;
  readonly helper: number;
  readonly fuel: number;
  readonly globals: Readonly<Record<Letter, readonly number[]>>;
  readonly tag: number;
  readonly callable: readonly number[];
}

/** Type indices, the same in each generated module. */
export const types = { run: 0, pair: 1, struct: 2, words: 3, bytes: 4, empty: 5, thrown: 6, functions: 7, helper: 8 } as const;

/** Locals behind the parameters (i32, i64, f32, f64). `pointer`s hold addresses within the memory. */
export const locals = {
  own: { i: [0, 4], I: [1, 5], f: [2, 6], F: [3, 7], v: [8] } as Readonly<Record<Letter, readonly number[]>>,
  kept: { f: 9, F: 10, v: 11 },
  struct: 12,
  words: 13,
  pointers: [14, 15],
  types: [[0x7f], [0x7e], [0x7d], [0x7c], [0x7b], [0x7d], [0x7c], [0x7b], [0x63, 2], [0x63, 3], [0x7f], [0x7f]],
} as const;

/** What the memory has at first, in Wasm pages. */
export const memoryPages = 4;
export const fuelPerCall = 200;

export class Generator {
  readonly code: Code;
  readonly random: Random;
  readonly places: Places;
  readonly #recipes: readonly Recipe[];
  /** One for each open label: whether a branch there takes no value and goes forward. */
  readonly #labels: boolean[] = [];

  constructor(code: Code, random: Random, places: Places, recipes: readonly Recipe[]) {
    this.code = code;
    this.random = random;
    this.places = places;
    this.#recipes = recipes;
  }

  /** An expression. */
  give(type: Letter, depth: number): this {
    const fitting = depth <= 0 ? [] : this.#recipes.filter(({ gives }) => gives === type);
    if (fitting.length === 0) this.#leaf(type);
    else this.random.pick(fitting).write(this, depth - 1);
    return this;
  }

  statements(count: number, depth: number): this {
    if (depth <= 0) return this;
    for (let index = 0; index < count; index += 1) {
      this.random.pick(this.#recipes.filter(({ gives }) => gives === '')).write(this, depth - 1);
    }
    return this;
  }

  /** One recipe as a statement. */
  force(recipe: Recipe, depth: number): void {
    recipe.write(this, depth);
    if (recipe.gives !== '') this.keep(recipe.gives);
  }

  /** local.set of what is on the stack. */
  keep(type: Letter): this {
    return this.do(0x21, this.random.pick(locals.own[type]));
  }

  /** An instruction with indices. */
  do(opcode: number, ...indices: readonly number[]): this {
    this.code.op(opcode).u(...indices);
    return this;
  }

  prefixed(opcode: number, second: number, ...indices: readonly number[]): this {
    this.code.op(opcode, second).u(...indices);
    return this;
  }

  i32(value: number): this {
    this.code.op(0x41).s(value | 0);
    return this;
  }

  i64(value: number): this {
    this.code.op(0x42).s(value);
    return this;
  }

  /** block, loop, if, try or try_table: writes its head, what is inside, and `end`. */
  nest(head: (code: Code) => unknown, label: 'forward' | 'other', inside: () => unknown): this {
    head(this.code);
    this.#labels.push(label === 'forward');
    inside();
    this.#labels.pop();
    this.do(0x0b);
    return this;
  }

  /** A label that may be branched to without values: how many are open inside it. */
  forwardLabel(): number | undefined {
    const found = this.#labels.flatMap((forward, index) => (forward ? [this.#labels.length - 1 - index] : []));
    return found.length === 0 ? undefined : this.random.pick(found);
  }

  /** An address, nearly always within the memory. */
  address(depth: number, align = 1): this {
    if (align === 1 && this.random.once(2)) {
      this.do(0x20, this.random.pick(locals.pointers));
      if (this.random.once(2)) this.i32(this.random.below(600) - 300).do(0x6a);
      return this;
    }
    if (this.random.once(200)) return this.give('i', depth);
    return this.give('i', depth)
      .i32(0x1ffff & -align)
      .do(0x71);
  }

  /** A memarg's offset: at the edges of what a mark covers, or anywhere. */
  offset(align: number): number {
    const near = this.random.pick([0, 0, 1, 8, 16, 100, 200, 239, 240, 241, 256, 300, 4080, 4090, 4095, 4096, 5000]);
    const offset = this.random.once(500) ? this.random.pick([0x7fff_ffff, 0xffff_ff00, 0xffff_ffff]) : near;
    return offset - (offset % align);
  }

  #leaf(type: Letter): void {
    const { code, random } = this;
    const global = this.places.globals[type];
    if (random.once(4) && global.length > 0) return void this.do(0x23, random.pick(global));
    if (random.once(2)) return void this.do(0x20, random.pick(locals.own[type]));
    const bytes = (count: number): number[] => Array.from({ length: count }, () => random.below(256));
    if (type === 'i') this.i32(random.once(2) ? random.below(70_000) : random.u32());
    else if (type === 'I') code.op(0x42).s(BigInt.asIntN(64, (BigInt(random.u32()) << 32n) | BigInt(random.u32())));
    else if (type === 'f') code.op(0x43).raw(...bytes(4));
    else if (type === 'F') code.op(0x44).raw(...bytes(8));
    else code.op(0xfd, 12).raw(...bytes(16));
  }
}
