// Profiles (spin-behaviour 1.14): what one says over its component counts when the app is run with it, and only then.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configWasm, probeWasm } from './guests.ts';
import { testEveryWay } from './matrix.ts';
import { serveApp } from './served-app.ts';

const manifest = `spin_manifest_version = 2
[application]
name = "shop"
[[trigger.http]]
route = "/..."
component = "front"
[[trigger.http]]
route = "/other/..."
component = { source = ${JSON.stringify(configWasm)} }
[component.front]
source = "not-built.wasm"
environment = { COLOUR = "blue", SIZE = "xl" }
[component.front.profile.debug]
source = ${JSON.stringify(probeWasm)}
environment = { COLOUR = "red", LOG = "all" }
`;

testEveryWay(
  'the source and the environment of a profile count, and what it does not say stays',
  async ({ send }) => {
    const lines = (await (await send('/env')).text()).split('\n');
    assert.deepEqual(lines.slice(0, 3), ['COLOUR=red', 'LOG=all', 'SIZE=xl']);
  },
  { app: { manifest }, profile: 'debug', env: [] },
);

test('without it the component is as it says itself', async t => {
  await assert.rejects(serveApp(t, { manifest }), /not-built\.wasm does not exist/);
});
