// Declarations against the worlds of real SDKs: what a guest believes a function's type to be is what we declare.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';

import { hostInterfaces } from '../../src/host/registry.ts';
import { interfaceKey, parseInterfaceName } from '../../src/wit/name.ts';
import { importedFunctions } from './component-types.ts';
import { structureOf } from './structure.ts';

const guests = [
  'examples/kv-rust/kv-rust.wasm',
  'test/guests/probe/probe.wasm',
  'test/guests/proxy/proxy.wasm',
  'test/guests/proxy3/proxy3.wasm',
  'test/guests/kv-rust7/kv-rust7.wasm',
  'test/guests/kv-rust6/kv-rust6.wasm',
  'test/guests/sockets/sockets.wasm',
  'test/guests/config/config.wasm',
  'test/guests/config3/config3.wasm',
  'test/guests/keyvalue/keyvalue.wasm',
  'test/guests/sqlite/sqlite.wasm',
  'test/guests/sqlite3/sqlite3.wasm',
  'test/guests/servers/servers.wasm',
  'test/guests/servers3/servers3.wasm',
  'test/guests/wasi3/wasi3.wasm',
];

const declared = new Map(
  hostInterfaces().flatMap(host =>
    host.provides.map(({ wit }) => [interfaceKey(wit.name, wit.version), new Map(Object.entries(wit.functions))] as const),
  ),
);

for (const guest of guests) {
  suite(`the imports of ${guest}`, async () => {
    const imports = await importedFunctions(await readFile(guest));
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
