// Canonical functions do to values and memory what wasmtime does: flat values, bytes, calls of realloc, and when they trap.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import type { WitNode } from '../../../src/wit/types.ts';
import { component, type ComponentText } from '../fixtures.ts';
import { bindFast, Side } from './side.ts';
import { cases, directionsOf, tryValue, type Case, type Mistake } from './trying.ts';
import { valueOf, withNames } from './generate.ts';
import { abiGuestText, abiInterfaces, sabotages } from './guest-text.ts';
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
  const fast = new Side(bindFast(bytes), interfaces);
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
