// Instrumentation changes nothing that a guest can see, and what it put back is what was there: on modules made at random that
// use every instruction of Wasm 3.0.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { opcodeTable } from '../../../src/wasm/instrument/opcodes.ts';
import { opcodeName } from './assembler.ts';
import { compare, inputsFrom } from './compare.ts';
import { generateModules, recipes } from './generated-modules.ts';
import type { Flavour, Recipe } from './generator.ts';
import { Random } from './random.ts';
import { storeRecipes } from './store-recipes.ts';

/** More for a longer look; TSPIN_MODULES_FROM=<seed> TSPIN_MODULES=1 repeats one that failed. */
const runs = Number(process.env['TSPIN_MODULES'] ?? 48);
const firstSeed = Number(process.env['TSPIN_MODULES_FROM'] ?? 0);

/** A group of modules has every recipe once, whatever chance gives. */
const groupSize = 16;

function flavoursOf(seed: number): ReadonlySet<Flavour> {
  return new Set<Flavour>([seed % 2 === 0 ? 'legacy' : 'exnref', ...(seed % 4 >= 2 ? (['unfit'] as const) : [])]);
}

/** Those of the recipes that a module of this seed has to use, of all that it may use. */
function forcedFor(seed: number, flavours: ReadonlySet<Flavour>): Recipe[] {
  const kind = seed % 4;
  const place = Math.floor((seed % groupSize) / 4);
  const share = recipes.filter((_, index) => index % (groupSize / 4) === place);
  const own = share.filter(({ only }) => only !== undefined && flavours.has(only));
  // The others are divided among the four kinds of modules.
  return [...share.filter(({ only }) => only === undefined).filter((_, index) => index % 4 === kind), ...own];
}

const written = new Set<string>();

test('instrumented modules behave as they did, and are put back to their first state', () => {
  let putBack = 0;
  let unfit = 0;
  let trapped = 0;
  for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
    const flavours = flavoursOf(seed);
    const modules = generateModules({ seed, flavours, forced: forcedFor(seed, flavours), written });
    const random = new Random(~seed);
    try {
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const compared = compare(modules, inputsFrom(random, 3));
        if (!flavours.has('unfit')) assert.deepEqual(compared.facts, []);
        trapped += compared.ended === 'trapped' ? 1 : 0;
        putBack += compared.putBack ? 1 : 0;
        unfit += compared.facts.length > 0 ? 1 : 0;
      }
    } catch (cause) {
      throw new Error(`seed ${seed}: TSPIN_MODULES_FROM=${seed} TSPIN_MODULES=1`, { cause });
    }
  }
  if (runs >= groupSize)
    assert(putBack > runs / 2 && unfit > 0 && trapped > 0, `${putBack} put back, ${unfit} unfit, ${trapped} trapped`);
});

test('every store is put back, also those that have no mark of their own', () => {
  for (let seed = firstSeed; seed < firstSeed + runs * 8; seed += 1) {
    const modules = generateModules({ seed, flavours: new Set(), forced: [], recipes: storeRecipes, written });
    try {
      compare(modules, inputsFrom(new Random(~seed), 1));
    } catch (cause) {
      throw new Error(`seed ${seed}: TSPIN_MODULES_FROM=${seed} TSPIN_MODULES=1`, { cause });
    }
  }
});

test(
  'every instruction that the instrumentation lets pass was generated',
  { skip: runs < groupSize && 'too few modules' },
  () => {
    const known = [
      ...opcodeTable.single.flatMap((immediates, opcode) => (immediates === undefined ? [] : [opcodeName(opcode)])),
      ...Object.entries(opcodeTable.prefixed).flatMap(([prefix, rows]) =>
        (rows ?? []).flatMap((immediates, second) => (immediates === undefined ? [] : [opcodeName(Number(prefix), second)])),
      ),
    ];
    assert.deepEqual(
      known.filter(name => !written.has(name)),
      [],
    );
  },
);
