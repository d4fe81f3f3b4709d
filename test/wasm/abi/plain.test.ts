// Plain bindings (jco's) do to values what the fast ones do, but for a list of differences (docs/jco-differences.md).
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import { compileComponent } from '../../../src/wasm/compile.ts';
import { PlainComponent } from '../../../src/wasm/plain-component.ts';
import { prepareComponent } from '../../../src/wasm/prepare.ts';
import { PlainBinding } from '../../../src/wit/plain.ts';
import { printRef } from '../../../src/wit/print.ts';
import type { WitNode } from '../../../src/wit/types.ts';
import { component } from '../fixtures.ts';
import { withNames } from './generate.ts';
import { abiGuestText, abiInterfaces, place } from './guest-text.ts';
import { bindFast, Side, type Bind } from './side.ts';
import { cases, directionsOf } from './trying.ts';

const shown: string[] = [];
let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'tspin-abi-'));
});
after(() => rmSync(folder, { recursive: true }));

const seed = Number(process.env['TSPIN_ABI_SEED'] ?? 1);
/** Components, each of six types; a transpilation takes seconds. */
const components = Number(process.env['TSPIN_ABI_RUNS'] ?? 2);

test('values that are right cross the border with plain bindings as with fast ones', async t => {
  let compared = 0;
  for (let run = 0; run < components; run += 1) {
    const all = fc.sample(fc.array(cases, { minLength: 6, maxLength: 6 }), { numRuns: 1, seed: seed + run })[0] ?? [];
    const types = withNames(all.map(({ type }): WitNode => ({ kind: 'tuple', members: [type] })));
    const [fast, plain] = await sides(types);
    for (const [index, type] of types.entries()) {
      for (const { value } of all[index]?.tried ?? []) {
        if (holdsByteOrderMark(value)) continue;
        for (const { give, take } of directionsOf(type, index)) {
          for (const [name, ...args] of [['reset'], [give, [value]], [take]] as const) {
            await fast.step(name, ...args);
            await plain.step(name, ...args);
            const shown = `seed ${seed + run}, ${name} of ${printRef(type)}`;
            assert.deepEqual(plain.outcomes.at(-1), fast.outcomes.at(-1), shown);
            compared += 1;
          }
        }
      }
    }
  }
  t.diagnostic(`${compared} steps were compared`);
});

differs('A string that is no UTF-8 does not trap', async () => {
  const [fast, plain] = await sides(withNames([{ kind: 'string' }]));
  for (const side of [fast, plain]) {
    await side.step('reset');
    await side.step('accept0', 'a');
    await side.step('aim', place.heap);
    await side.step('poke', [0xffn]);
    await side.step('call-take0');
  }
  assert.ok('trap' in fast.outcomes.at(-1)!);
  assert.deepEqual(plain.outcomes.at(-1), { value: '\ufffd' });
});

differs("A byte order mark at a string's start is lost", async () => {
  const [fast, plain] = await sides(withNames([{ kind: 'string' }]));
  for (const side of [fast, plain]) {
    await side.step('reset');
    await side.step('accept0', '\ufeffa');
    await side.step('call-take0');
  }
  assert.deepEqual(fast.outcomes.at(-1), { value: '\ufeffa' });
  assert.deepEqual(plain.outcomes.at(-1), { value: 'a' });
});

differs('A list of bytes that ends outside memory does not trap', async () => {
  const [fast, plain] = await sides(withNames([{ kind: 'bytes' }]));
  for (const side of [fast, plain]) {
    await side.step('reset');
    await side.step('accept0', new Uint8Array([1, 2]));
    await side.step('aim', place.flat);
    await side.step('poke', [BigInt(place.end - 2), 4n]);
    await side.step('call-take0');
  }
  assert.ok('trap' in fast.outcomes.at(-1)!);
  assert.deepEqual(plain.outcomes.at(-1), { value: ['0', '0'] });
});

test('the document lists just these differences of values', () => {
  const document = readFileSync(new URL('../../../docs/jco-differences.md', import.meta.url), 'utf8');
  const [, section = ''] = /^## Values\n([^]*?)(?=^## |$(?![^]))/m.exec(document) ?? [];
  const listed = [...section.matchAll(/^\| ([^|]+?) +\|/gm)].map(([, cell]) => cell).slice(2);
  assert.deepEqual(listed, shown);
});

/** A test of what jco does otherwise today; it fails when jco mends it, and docs/jco-differences.md has it by this title. */
function differs(title: string, body: () => Promise<void>): void {
  shown.push(title);
  void test(title, body);
}

const holdsByteOrderMark = (value: unknown): boolean =>
  typeof value === 'string'
    ? value.startsWith('\ufeff')
    : typeof value === 'object' && value !== null && Object.values(value).some(holdsByteOrderMark);

async function sides(types: readonly WitNode[]): Promise<[fast: Side, plain: Side]> {
  const interfaces = abiInterfaces(types);
  const bytes = await component(abiGuestText(types, interfaces));
  return [new Side(bindFast(bytes), interfaces), new Side(await bindPlain(bytes), interfaces)];
}

async function bindPlain(bytes: Uint8Array): Promise<Bind> {
  const path = join(folder, 'guest.wasm');
  writeFileSync(path, bytes);
  const prepared = await prepareComponent(
    { componentId: 'guest', path, at: undefined },
    { cacheDirectory: join(folder, 'cache'), asyncImports: [], asyncExports: [], bindings: 'plain' },
  );
  const compiled = await compileComponent(prepared);
  return provided => new PlainComponent(compiled, new PlainBinding([provided], 100_000), { importKeys: [], why: 'a test' });
}
