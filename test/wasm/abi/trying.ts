// What is tried with a value: it is handed over, its bytes are looked at, it is handed back, with mistakes too.
import * as fc from 'fast-check';
import { flatten, maxFlatParams, sizeOf } from '../../../src/wasm/abi/layout.ts';
import type { WitNode } from '../../../src/wit/types.ts';
import { anyType, valueOf } from './generate.ts';
import { place, sabotages } from './guest-text.ts';
import type { Side } from './side.ts';

/** A word of the guest's memory that it gets wrong. */
export interface Mistake {
  readonly where: number;
  readonly how: 'low' | 'high' | 'byte';
  readonly bits: number;
}

export interface Tried {
  readonly value: unknown;
  readonly mistakes: readonly Mistake[];
  readonly sabotage: readonly [kind: number, call: number];
}

export interface Case {
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

export const cases: fc.Arbitrary<Case> = anyType(3).chain(type =>
  fc.record({
    type: fc.constant(type),
    tried: fc.array(fc.record({ value: valueOf(type), mistakes: fc.array(mistake, { minLength: 1, maxLength: 3 }), sabotage }), {
      minLength: 1,
      maxLength: 6,
    }),
  }),
);

/** The guest gets a value by `give` and hands it back by `take`. */
interface Direction {
  readonly give: string;
  readonly take: string;
  /** Where core values and results lie: address and words. */
  readonly areas: readonly (readonly [at: number, words: number])[];
}

export function directionsOf(type: WitNode, index: number): Direction[] {
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
export async function tryValue(fast: Side, { give, take, areas }: Direction, tried: Tried, exact: boolean): Promise<void> {
  const { value, mistakes } = tried;
  const [kind, call] = tried.sabotage;
  await fast.step('reset');
  await fast.step(give, value);
  const calls = fast.lookAt(place.calls);
  const heap = [place.heap, (Math.max(fast.lookAt(place.heapEnd), place.heap) - place.heap + 7) >> 3] as const;
  const log = [place.log, exact ? (calls * 20 + 7) >> 3 : 0] as const;
  for (const [at, words] of [...areas, heap, log]) await fast.step('dump', at, words);
  // A wrong pointer may lead into the log, which is different then.
  if (!exact) await fast.step('forget-log');
  await fast.step(take);
  for (const wrong of mistakes) {
    await fast.step('reset');
    await fast.step(give, value);
    if (!exact) await fast.step('forget-log');
    await makeMistake(fast, wrong, [...areas, heap]);
    await fast.step(take);
  }
  if (kind === sabotages.none) return;
  await fast.step('reset');
  await fast.step('sabotage', kind, exact ? call : 0);
  await fast.step(give, value);
}

async function makeMistake(fast: Side, { where, how, bits: wrong }: Mistake, areas: Direction['areas']): Promise<void> {
  const places = areas.flatMap(([start, words]) => Array.from({ length: words }, (_, word) => start + 8 * word));
  const at = places[where % places.length] ?? place.flat;
  const [before = 0n] = (await fast.step('dump', at, 1)) as bigint[];
  const mask = how === 'high' ? 0xffff_ffff_0000_0000n : how === 'low' ? 0xffff_ffffn : 0xffn << BigInt((where % 8) * 8);
  const word = BigInt(wrong) | (BigInt(wrong) << 32n);
  await fast.step('aim', at);
  await fast.step('poke', [(before & ~mask & (2n ** 64n - 1n)) | (word & mask)]);
}
