// Plain bindings (jco's) do to values what the fast ones do, but for a list of differences (docs/jco-differences.md).
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
import { abiGuestText, abiInterfaces } from './guest-text.ts';
import { bindFast, Side, type Bind } from './side.ts';
import { cases, directionsOf, tryValue, type Case } from './trying.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'tspin-abi-'));
});
after(() => rmSync(folder, { recursive: true }));

const found = new Map<string, number>();
test('x', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(cases, { minLength: 4, maxLength: 6 }), async all => {
      await differences(all);
    }),
    { numRuns: Number(process.env['TSPIN_ABI_RUNS'] ?? 5), endOnFailure: true },
  );
  console.log(found);
});

async function differences(all: readonly Case[]): Promise<void> {
  const types = withNames(all.map(({ type }): WitNode => ({ kind: 'tuple', members: [type] })));
  const interfaces = abiInterfaces(types);
  const bytes = await component(abiGuestText(types, interfaces));
  const fast = new Side(bindFast(bytes), interfaces);
  for (const [index, type] of types.entries()) {
    for (const { value, mistakes } of all[index]?.tried ?? []) {
      for (const direction of directionsOf(type, index))
        await tryValue(fast, direction, { value: [value], mistakes, sabotage: [0, 0] }, true);
    }
  }
  const plain = new Side(await bindPlain(bytes), interfaces);
  for (const [at, [name, args]] of fast.calls.entries()) {
    await plain.step(name, ...args);
    const [ours, theirs] = [fast.outcomes[at], plain.outcomes[at]];
    const same =
      ('trap' in ours! && 'trap' in theirs!) ||
      (() => {
        try {
          assert.deepEqual(ours, theirs);
          return true;
        } catch {
          return false;
        }
      })();
    if (!same) {
      const key = `${name.replace(/\d+/, '')} ${printRef(types[Number(/\d+/.exec(name)?.[0] ?? 0)]!).slice(0, 100)} ${JSON.stringify(args, (_, v) => (typeof v === 'bigint' ? String(v) : v)).slice(0, 100)} ${JSON.stringify([ours, theirs], (_, v) => (typeof v === 'bigint' ? `BIG${v}` : v)).slice(0, 300)}`;
      found.set(key, (found.get(key) ?? 0) + 1);
      return;
    }
  }
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
