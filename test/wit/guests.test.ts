// Declarations against the worlds of real SDKs: what a guest believes a function's type to be is what we declare.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';

import { hostInterfaces } from '../../src/host/registry.ts';
import { fileKindOf } from '../../src/wasm/preamble.ts';
import { interfaceKey, parseInterfaceName } from '../../src/wit/name.ts';
import { checkedInGuests, repository } from '../apps/guests.ts';
import { importedFunctions } from './component-types.ts';
import { structureOf } from './structure.ts';

/** A guest whose own sources are as they were is stale all the same when the WIT that it was made against has changed since. */
const guests = checkedInGuests()
  .flatMap(folder => globSync(`${folder}/*.wasm`, { cwd: repository }))
  .filter(path => fileKindOf(readFileSync(join(repository, path))).kind === 'component');

const declared = new Map(
  hostInterfaces().flatMap(host =>
    host.provides.map(({ wit }) => [interfaceKey(wit.name, wit.version), new Map(Object.entries(wit.functions))] as const),
  ),
);

for (const guest of guests) {
  suite(`the imports of ${guest}`, async () => {
    const imports = await importedFunctions(readFileSync(join(repository, guest)));
    test('are found', () => assert.ok(imports.size > 8, `${imports.size} interfaces`));
    for (const [name, functions] of imports) {
      const { name: bare, version } = parseInterfaceName(name);
      const ours = declared.get(interfaceKey(bare, version));
      for (const [functionName, type] of functions) {
        test(`${name} ${functionName} has the declared type`, () => {
          const own = ours?.get(functionName);
          assert.ok(own, 'is declared');
          assert.equal(structureOf(own), type);
        });
      }
    }
  });
}
