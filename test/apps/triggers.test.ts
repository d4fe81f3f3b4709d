// Several triggers of one component, components written inline, ids given and made (spin-behaviour 1.5, 1.15).
import assert from 'node:assert/strict';
import { configWasm, probeWasm } from './guests.ts';
import { testEveryWay } from './matrix.ts';

const manifest = `spin_manifest_version = 2
[application]
name = "many"
[[trigger.http]]
route = "/one"
component = "probe"
[[trigger.http]]
route = "/two/..."
component = "probe"
[[trigger.http]]
id = "third"
route = "/three/:part"
component = "probe"
[[trigger.http]]
route = "/..."
component = { source = ${JSON.stringify(probeWasm)}, description = "inline", environment = { WHO = "inline" } }
[[trigger.http]]
id = "named"
route = "/named/..."
component = { source = ${JSON.stringify(configWasm)} }
[component.probe]
source = ${JSON.stringify(probeWasm)}
environment = { WHO = "shared" }
`;

testEveryWay(
  'each trigger is served, whether its component is shared or its own',
  async ({ send, loaded }) => {
    assert.deepEqual(
      loaded.routes.map(({ id, route, description }) => [id, route, description]).toSorted(),
      [
        ['http-trigger2-component', '/', 'inline'],
        ['named-component', '/named', ''],
        ['probe', '/one', ''],
        ['probe', '/three/:part', ''],
        ['probe', '/two', ''],
      ].toSorted(),
    );
    assert.deepEqual(
      loaded.app.triggers.map(({ id }) => id),
      ['probe-http-trigger', 'http-trigger1', 'third', 'http-trigger2', 'named'],
    );
    assert.match(await (await send('/env')).text(), /^WHO=inline$/m);
    for (const path of ['/one', '/two', '/two/x', '/three/x']) {
      const response = await send(path);
      assert.match(await response.text(), /^probe has no route "(one|two|three)"$/m, path);
    }
    assert.notEqual((await send('/named/x')).status, 404);
    assert.match(await (await send('/four')).text(), /^probe has no route "four"$/m);
  },
  { app: { manifest } },
);
