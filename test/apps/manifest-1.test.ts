// An app whose manifest is of version 1 (spin-behaviour 1.17): a real guest with a store, files, an environment and variables.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kvRustWasm, probeWasm } from './guests.ts';
import { testEveryWay } from './matrix.ts';
import { serveApp } from './served-app.ts';

const manifest = `spin_version = "1"
name = "shop"
version = "1.2.3"
trigger = { type = "http", base = "/" }

[[component]]
id = "The_Probe"
description = "does everything"
source = ${JSON.stringify(probeWasm)}
environment = { COLOUR = "blue" }
files = [{ source = "site", destination = "/" }]
key_value_stores = ["default"]
[component.trigger]
route = "/..."
executor = { type = "spin" }

[[component]]
id = "store"
source = ${JSON.stringify(kvRustWasm)}
key_value_stores = ["default"]
[component.trigger]
route = "/store/..."
`;
const app = { manifest, files: { 'site/page.html': 'a page' } };

testEveryWay(
  'a manifest of version 1 is served',
  async ({ send, loaded, warnings }) => {
    assert.deepEqual([loaded.app.name, loaded.app.version], ['shop', '1.2.3']);
    assert.deepEqual(
      loaded.routes.map(({ id, route, description }) => [id, route, description]),
      [
        ['store', '/store', ''],
        ['the-probe', '/', 'does everything'],
      ],
    );
    assert.match(await (await send('/env')).text(), /^COLOUR=blue$/m);
    assert.equal(await (await send('/read/page.html')).text(), 'a page');
    assert.equal(await (await send('/kv/default/get?key=greeting')).text(), 'hello');
    assert.deepEqual(
      warnings.filter(text => !text.includes('base')),
      [],
    );
  },
  { app, initialKeyValues: [['greeting', 'hello']] },
);

test('its state is kept in .spin beside it', async t => {
  const served = await serveApp(t, app, { stateDirectory: '.spin' });
  await (await fetch(`${served.url}/kv/default/set?key=a`, { method: 'POST', body: 'b' })).text();
  assert.ok(existsSync(join(served.folder, '.spin/sqlite_key_value.db')));
  assert.equal(await (await fetch(`${served.url}/kv/default/get?key=a`)).text(), 'b');
});
