// Three core modules at random that belong together: one without memory, one that owns a memory, and one that works on the
// same memory, with the second one's table, global, function and tag.
import { bodyOf, Code, list, moduleOf, signed, text, unsigned, type Letter } from './assembler.ts';
import { fuelPerCall, Generator, locals, memoryPages, types, type Flavour, type Places, type Recipe } from './generator.ts';
import { plainRecipes } from './plain-recipes.ts';
import { Random } from './random.ts';
import { referenceRecipes } from './reference-recipes.ts';
import { specialRecipes } from './special-recipes.ts';

export const recipes: readonly Recipe[] = [...plainRecipes, ...specialRecipes, ...referenceRecipes];

export interface GeneratedModules {
  readonly helper: Uint8Array<ArrayBuffer>;
  readonly owner: Uint8Array<ArrayBuffer>;
  readonly sharer: Uint8Array<ArrayBuffer>;
}

export interface GenerateOptions {
  readonly seed: number;
  readonly flavours: ReadonlySet<Flavour>;
  /** What code is made of. */
  readonly recipes?: readonly Recipe[];
  /** Each is used once at least. */
  readonly forced: readonly Recipe[];
  /** Gets the names of all instructions. */
  readonly written: Set<string>;
}

const memoryPagesMax = 8;
const runParams = [0x7f, 0x7e, 0x7d, 0x7c];

/** In the order of `types`, then () -> (i32, exnref). */
const typeSection: readonly (readonly number[])[] = [
  [0x60, 4, ...runParams, 1, 0x7f],
  [0x60, 2, 0x7f, 0x7f, 2, 0x7f, 0x7e],
  [0x5f, 3, 0x7f, 1, 0x7e, 1, 0x78, 1],
  [0x5e, 0x7f, 1],
  // In a group and with the form of a subtype, so that such are read too.
  [0x4e, 2, 0x50, 0, 0x5e, 0x78, 1, 0x4f, 0, 0x60, 0, 0],
  [0x60, 1, 0x7f, 0],
  [0x5e, 0x70, 1],
  [0x60, 1, 0x7f, 1, 0x7f],
  [0x60, 0, 2, 0x7f, 0x69],
];

export function generateModules(options: GenerateOptions): GeneratedModules {
  const random = new Random(options.seed);
  const half = Math.ceil(options.forced.length / 2);
  return {
    helper: helperModule(options.written),
    owner: ownerModule(random, { ...options, forced: options.forced.slice(0, half) }),
    sharer: sharerModule(random, { ...options, forced: options.forced.slice(half) }),
  };
}

/** A function that adds to a mutable global. */
function helperModule(written: Set<string>): Uint8Array<ArrayBuffer> {
  const code = new Code(written);
  code.op(0x23).u(0).op(0x20).u(0).op(0x6a).op(0x24).u(0).op(0x23).u(0);
  return moduleOf([
    [1, [[0x60, 1, 0x7f, 1, 0x7f]]],
    [3, [[0]]],
    [6, [[0x7f, 1, 0x41, 11, 0x0b]]],
    [7, [exported('help', 0, 0), exported('sum', 3, 0)]],
    [10, [bodyOf([], code.bytes)]],
  ]);
}

const exported = (name: string, kind: number, index: number): number[] => [...text(name), kind, ...unsigned(index)];
const imported = (module: string, name: string, ...what: readonly number[]): number[] => [
  ...text(module),
  ...text(name),
  ...what,
];

/** Mutable ones, at `first`: fuel, then one of each type that can be read from outside. */
const globalSection: readonly (readonly number[])[] = [
  [0x7f, 1, 0x41, ...signed(BigInt(fuelPerCall)), 0x0b],
  // An extended constant expression: 3 + 4
  [0x7f, 1, 0x41, 3, 0x41, 4, 0x6a, 0x0b],
  [0x7e, 1, 0x42, 0x7b, 0x0b],
  [0x7d, 1, 0x43, 0, 0, 0x80, 0x3f, 0x0b],
  [0x7c, 1, 0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x0b],
];
/** An immutable vector; in modules that are not put back a mutable one. */
const vectorGlobal = (mutable: boolean): number[] => [
  0x7b,
  mutable ? 1 : 0,
  0xfd,
  12,
  ...Array.from({ length: 16 }, (_, i) => i),
  0x0b,
];

function globalsFrom(first: number, shared: readonly number[]): Readonly<Record<Letter, readonly number[]>> {
  return { i: [first + 1, ...shared], I: [first + 2], f: [first + 3], F: [first + 4], v: [first + 5] };
}

const dataSection: readonly (readonly number[])[] = [
  [1, ...list(Array.from({ length: 16 }, (_, index) => [index * 7 + 130 > 255 ? 7 : index * 7 + 130]))],
  [1, ...list([[1], [2]])],
];

interface ModuleShape {
  readonly imports: readonly (readonly number[])[];
  readonly importedFunctions: number;
  readonly importedGlobals: number;
  readonly places: Omit<Places, 'function' | 'callable' | 'fuel' | 'globals'>;
  readonly callable: readonly number[];
  readonly sharedGlobals: readonly number[];
  /** Table, memory and tag sections. */
  readonly own: readonly (readonly [number, readonly (readonly number[])[]])[];
  readonly exports: readonly (readonly number[])[];
  /** Where its active segments go: in the table and in the memory. */
  readonly segmentsAt: number;
}

function ownerModule(random: Random, options: GenerateOptions): Uint8Array<ArrayBuffer> {
  return assembleModule(random, options, {
    imports: [imported('helper', 'help', 0, types.helper), imported('helper', 'sum', 3, 0x7f, 1)],
    importedFunctions: 1,
    importedGlobals: 1,
    places: { helper: 0, tag: 0 },
    callable: [],
    sharedGlobals: [0],
    own: [
      [4, [[0x70, 1, 4, 8]]],
      [5, [[1, memoryPages, memoryPagesMax]]],
      [13, [[0, types.thrown]]],
    ],
    exports: [exported('memory', 2, 0), exported('table', 1, 0), exported('tag', 4, 0), exported('shared', 3, 2)],
    segmentsAt: 0,
  });
}

function sharerModule(random: Random, options: GenerateOptions): Uint8Array<ArrayBuffer> {
  return assembleModule(random, options, {
    imports: [
      imported('helper', 'help', 0, types.helper),
      imported('owner', 'memory', 2, 0, memoryPages),
      imported('owner', 'inner', 0, types.run),
      imported('owner', 'table', 1, 0x70, 0, 4),
      imported('owner', 'tag', 4, 0, types.thrown),
      imported('owner', 'shared', 3, 0x7f, 1),
    ],
    importedFunctions: 2,
    importedGlobals: 1,
    places: { helper: 0, tag: 0 },
    callable: [1],
    sharedGlobals: [0],
    own: [],
    exports: [],
    segmentsAt: 2,
  });
}

const generatedFunctions = 3;

function assembleModule(random: Random, options: GenerateOptions, shape: ModuleShape): Uint8Array<ArrayBuffer> {
  const base = shape.importedFunctions;
  const run = base + generatedFunctions + 1;
  const fuel = shape.importedGlobals;
  const functions = Array.from({ length: generatedFunctions + 1 }, (_, index) => base + index);
  const declared = functions.map(index => unsigned(index));
  const at = [0x41, shape.segmentsAt, 0x0b];
  const codes = [
    bodyOf([], baseFunction(options.written)),
    ...functions.slice(1).map(index => generated(index)),
    entry(options.written, fuel, run - 1),
  ];

  function generated(index: number): number[] {
    const code = new Code(options.written);
    const callable = [...shape.callable, ...functions.filter(other => other < index)];
    const places = { ...shape.places, function: index, fuel, globals: globalsFrom(fuel, shape.sharedGlobals), callable };
    const g = new Generator(
      code,
      random,
      places,
      (options.recipes ?? recipes).filter(({ only }) => only === undefined || options.flavours.has(only)),
    );
    writeFunction(
      g,
      options.forced.filter((_, place) => place % generatedFunctions === index - base - 1),
    );
    return bodyOf(locals.types, code.bytes);
  }

  const mutableVector = options.flavours.has('unfit') && random.once(2);
  return moduleOf([
    [1, typeSection],
    [2, shape.imports],
    [3, codes.map(() => [types.run])],
    ...shape.own,
    [6, [...globalSection, vectorGlobal(mutableVector)]],
    [
      7,
      [
        ...shape.exports,
        exported('run', 0, run),
        exported('inner', 0, run - 1),
        ...[0, 1, 2, 3, 4].map(index => exported(`g${index}`, 3, fuel + index)),
      ],
    ],
    [
      9,
      [
        [0, ...at, ...list([unsigned(base), unsigned(base + 1)])],
        [1, 0, ...list(declared)],
        [1, 0, ...list(declared)],
        [3, 0, ...list(shape.callable.map(index => unsigned(index)))],
      ],
    ],
    [12, [unsigned(3)]],
    [10, codes],
    [11, [...dataSection, [0, 0x41, 0xc0, 0x00, 0x0b, ...list([[0xaa], [0xbb], [shape.segmentsAt]])]]],
  ]);
}

/** Without calls: what the others may call. */
function baseFunction(written: Set<string>): number[] {
  return new Code(written).op(0x20).u(0).op(0x41).s(5).op(0x6c).bytes;
}

/** What is called from outside: fills up the fuel. */
function entry(written: Set<string>, fuel: number, inner: number): number[] {
  const code = new Code(written).op(0x41).s(fuelPerCall).op(0x24).u(fuel);
  for (const parameter of runParams.keys()) code.op(0x20).u(parameter);
  return bodyOf([], code.op(0x10).u(inner).bytes);
}

/** Returns when there is no fuel left. */
function writeFunction(g: Generator, forced: readonly Recipe[]): void {
  const { fuel } = g.places;
  g.do(0x23, fuel).i32(1).do(0x6b).do(0x24, fuel);
  g.do(0x23, fuel).i32(0).do(0x4c);
  g.nest(
    code => code.op(0x04).raw(0x40),
    'other',
    () => g.do(0x20, 0).do(0x0f),
  );
  for (const pointer of locals.pointers) g.i32(8192 + g.random.below(60_000)).do(0x21, pointer);
  for (const recipe of forced) {
    g.force(recipe, 1 + g.random.below(2));
    g.statements(1, 2);
  }
  g.statements(4, 3).give('i', 2);
}
