// Canonical functions do to values and memory what wasmtime does: flat values, bytes, calls of realloc, and when they trap.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import { flatten, maxFlatParams, sizeOf } from '../../../src/wasm/abi/layout.ts';
import type { WitNode } from '../../../src/wit/types.ts';
import { component, type ComponentText } from '../fixtures.ts';
import { FastSide } from './fast-side.ts';
import { anyType, valueOf, withNames } from './generate.ts';
import { abiGuestText, abiInterfaces, place, sabotages } from './guest-text.ts';
import { oracleSkip, startOracle, type Oracle, type Outcome } from './oracle.ts';
import { printRef } from '../../../src/wit/print.ts';

const skip = oracleSkip();

/** More than in CI: TSPIN_ABI_RUNS=1000. */
const numRuns = Number(process.env['TSPIN_ABI_RUNS'] ?? 45);
const seed = process.env['TSPIN_ABI_SEED'] === undefined ? {} : { seed: Number(process.env['TSPIN_ABI_SEED']) };

let oracle: Oracle;
before(() => {
  if (skip === false) oracle = startOracle();
});
after(() => oracle?.close());

/** A word of the guest's memory that it gets wrong. */
interface Mistake {
  readonly where: number;
  readonly how: 'low' | 'high' | 'byte';
  readonly bits: number;
}

interface Tried {
  readonly value: unknown;
  readonly mistakes: readonly Mistake[];
  readonly sabotage: readonly [kind: number, call: number];
}

interface Case {
  readonly type: WitNode;
  readonly tried: readonly Tried[];
}

const bits = fc.oneof(
  fc.constantFrom(0, 1, 2, 3, 4, 255, 256, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x11_0000, 0xd800, 0xdfff, 0xfff0),
  fc.integer({ min: place.heap, max: place.heap + 64 }),
  fc.integer({ min: 0, max: 0xffff_ffff }),
);
const mistake: fc.Arbitrary<Mistake> = fc.record({ where: fc.nat(), how: fc.constantFrom('low', 'high', 'byte'), bits });
const sabotage = fc.tuple(fc.constantFrom(...Object.values(sabotages)), fc.nat({ max: 2 }));

const cases: fc.Arbitrary<Case> = anyType(3).chain(type =>
  fc.record({
    type: fc.constant(type),
    tried: fc.array(fc.record({ value: valueOf(type), mistakes: fc.array(mistake, { minLength: 1, maxLength: 3 }), sabotage }), {
      minLength: 1,
      maxLength: 6,
    }),
  }),
);

const encodings = ['utf8', 'utf16', 'compact-utf16'] as const;

let checked = 0;
let trapped = 0;
for (const encoding of encodings) {
  test(`values cross the border as with wasmtime, strings in ${encoding}`, { skip }, async () => {
    const property = fc.asyncProperty(fc.array(cases, { minLength: 1, maxLength: 6 }), all => compare(all, encoding));
    await fc.assert(property, { numRuns: Math.ceil(numRuns / encodings.length), ...seed });
  });
}

test('edges of values that are one core value', { skip }, async () => {
  const kinds = ['bool', 'u8', 's8', 'u16', 's16', 'u32', 's32', 'u64', 's64', 'f32', 'f64', 'char'] as const;
  const sized = [1, 2, 255, 256, 257].map((count): WitNode => enumOf(count));
  const flagged = [1, 8, 9, 16, 17, 32].map((count): WitNode => ({ ...enumOf(count), kind: 'flags' }));
  const types = [...kinds.map((kind): WitNode => ({ kind })), ...sized, ...flagged];
  const edges = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0xd7ff, 0xd800, 0xdfff, 0xe000, 0x10_ffff, 0x11_0000];
  const words = [...edges, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x7f80_0000, 0x7f80_0001, 0xffc0_1234, 0x7ff0_0000];
  const valueless = { sabotage: [sabotages.none, 0] as const, mistakes: [] };
  for (const type of types) {
    const [value] = fc.sample(valueOf(type), { numRuns: 1, seed: 1 });
    const wrong = (['low', 'high'] as const).flatMap(how =>
      words.map((wordBits): Mistake => ({ where: 0, how, bits: wordBits })),
    );
    await compare([{ type, tried: [{ ...valueless, value, mistakes: wrong }] }], 'utf8');
    // The same in memory.
    await compare([{ type: { kind: 'tuple', members: [type, { kind: 'u8' }] }, tried: [{ ...valueless, value: [value, 1], mistakes: wrong.map(one => ({ ...one, where: 1 })) }] }], 'utf8'); // prettier-ignore
  }
});

const enumOf = (count: number): WitNode & { kind: 'enum' } => ({
  kind: 'enum',
  name: '',
  names: Array.from({ length: count }, (_, index) => `n${index}`),
});

test('how much was compared', { skip }, t => {
  t.diagnostic(`${checked} steps were compared with wasmtime's, ${trapped} of them traps`);
  assert.ok(checked > 5000 && trapped > 200);
});

async function compare(all: readonly Case[], stringEncoding: NonNullable<ComponentText['stringEncoding']>): Promise<void> {
  const types = withNames(all.map(({ type }) => type));
  const interfaces = abiInterfaces(types);
  const bytes = await component({ ...abiGuestText(types, interfaces), stringEncoding });
  const fast = new FastSide(bytes, interfaces);
  const exact = stringEncoding === 'utf8';
  for (const [index, type] of types.entries()) {
    for (const tried of all[index]?.tried ?? []) {
      for (const direction of directionsOf(type, index)) await tryValue(fast, direction, tried, exact);
    }
  }
  const theirs = await oracle.run({ component: bytes, functions: types.length, steps: fast.steps });
  for (const [at, ours] of fast.outcomes.entries()) {
    const [name = '', ...args] = fast.steps[at] ?? [];
    const shown = `step ${at}, ${name} ${JSON.stringify(args)} of ${types.map(printRef).join(', ')}`;
    assert.deepEqual(comparable(ours), comparable(theirs[at]), `${shown}: ${JSON.stringify([ours, theirs[at]])}`);
  }
  checked += fast.steps.length;
  trapped += fast.outcomes.filter(outcome => 'trap' in outcome).length;
}

/** Both trap, or neither. */
const comparable = (outcome: Outcome | undefined) => (outcome && 'trap' in outcome ? 'trap' : outcome);

/** The guest gets a value by `give` and hands it back by `take`. */
interface Direction {
  readonly give: string;
  readonly take: string;
  /** Where core values and results lie: address and words. */
  readonly areas: readonly (readonly [at: number, words: number])[];
}

function directionsOf(type: WitNode, index: number): Direction[] {
  const flat = flatten(type).length;
  const results: readonly (readonly [number, number])[] = flat > 1 ? [[place.results, (sizeOf(type) + 7) >> 3]] : [];
  return [
    { give: `accept${index}`, take: `call-take${index}`, areas: [[place.flat, flat > maxFlatParams ? 1 : flat]] },
    { give: `call-give${index}`, take: `answer${index}`, areas: [[place.flat, 1], ...results] },
  ];
}

/**
 * `exact`: what realloc was asked for is compared too. Wasmtime holds strings as UTF-8: for other encodings it allocates more
 * and gives back what is too much, where tspin, which holds UTF-16, allocates once. The specification allows both.
 */
async function tryValue(fast: FastSide, { give, take, areas }: Direction, tried: Tried, exact: boolean): Promise<void> {
  const { value, mistakes } = tried;
  const [kind, call] = tried.sabotage;
  await fast.step('reset');
  await fast.step(give, value);
  const calls = fast.lookAt(place.calls);
  const heap = [place.heap, (Math.max(fast.lookAt(place.heapEnd), place.heap) - place.heap + 7) >> 3] as const;
  const log = [place.log, exact ? (calls * 20 + 7) >> 3 : 0] as const;
  for (const [at, words] of [...areas, heap, log]) await fast.step('dump', at, words);
  await fast.step(take);
  for (const wrong of mistakes) {
    await fast.step('reset');
    await fast.step(give, value);
    await makeMistake(fast, wrong, [...areas, heap]);
    await fast.step(take);
  }
  if (kind === sabotages.none) return;
  await fast.step('reset');
  await fast.step('sabotage', kind, exact ? call : 0);
  await fast.step(give, value);
}

async function makeMistake(fast: FastSide, { where, how, bits: wrong }: Mistake, areas: Direction['areas']): Promise<void> {
  const places = areas.flatMap(([start, words]) => Array.from({ length: words }, (_, word) => start + 8 * word));
  const at = places[where % places.length] ?? place.flat;
  const [before = 0n] = (await fast.step('dump', at, 1)) as bigint[];
  const mask = how === 'high' ? 0xffff_ffff_0000_0000n : how === 'low' ? 0xffff_ffffn : 0xffn << BigInt((where % 8) * 8);
  const word = BigInt(wrong) | (BigInt(wrong) << 32n);
  await fast.step('aim', at);
  await fast.step('poke', [(before & ~mask & (2n ** 64n - 1n)) | (word & mask)]);
}
