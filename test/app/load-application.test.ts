import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { withProfile } from '../../src/app/chosen-profile.ts';
import { loadApplication, type LoadApplicationOptions } from '../../src/app/load-application.ts';
import { parseManifest } from '../../src/manifest/manifest.ts';
import { appFolder, cartManifest } from './app-folder.ts';

test('makes the app of the manifest', async t => {
  const { app, folder } = await load(
    t,
    cartManifest('description = "the cart"\nkey_value_stores = ["default"]', 'version = "1.0.0"'),
  );
  assert.equal(app.name, 'shop');
  assert.equal(app.version, '1.0.0');
  assert.equal(app.directory, folder);
  assert.equal(app.manifestPath, join(folder, 'spin.toml'));
  assert.equal(app.components.get('cart')?.source.path, join(folder, 'cart.wasm'));
  assert.deepEqual(
    app.components.get('cart')?.keyValueStores.map(({ name }) => name),
    ['default'],
  );
  const [trigger] = app.triggers;
  assert.deepEqual(
    { ...trigger, at: trigger?.at?.line },
    { kind: 'http', id: 'cart-http-trigger', component: 'cart', route: '/...', at: 6 },
  );
});

test('puts the given environment over that of the manifest, the last one winning', async t => {
  const { app } = await load(t, cartManifest('environment = { A = "1", B = "2" }'), {
    env: [
      ['B', '3'],
      ['C', '4'],
      ['C', '5'],
    ],
  });
  assert.deepEqual(app.components.get('cart')?.environment, [
    ['A', '1'],
    ['B', '3'],
    ['C', '5'],
  ]);
});

const directories: readonly [
  what: string,
  options: Partial<LoadApplicationOptions>,
  state: string | undefined,
  logs: string | undefined,
][] = [
  ['keeps state and logs in .spin beside the manifest', {}, '.spin', '.spin/logs'],
  ['keeps state in the folder that is given, and logs in it', { stateDirectory: 'data' }, 'data', 'data/logs'],
  ['keeps state in memory and writes no logs when the folder is empty', { stateDirectory: '' }, undefined, undefined],
  ['writes no logs when their folder is empty', { logDirectory: '' }, '.spin', undefined],
  [
    'writes logs to their own folder even when state is in memory',
    { stateDirectory: '', logDirectory: 'logs' },
    undefined,
    'logs',
  ],
];

for (const [what, options, state, logs] of directories) {
  test(what, async t => {
    const { app, folder } = await load(t, cartManifest(), options);
    assert.equal(app.stateDirectory, state && join(folder, state));
    assert.equal(app.logDirectory, logs && join(folder, logs));
  });
}

const two = `${cartManifest()}
[[trigger.http]]
route = "/login"
component = "login"
[[trigger.redis]]
channel = "x"
component = "worker"
[component.login]
source = "login.wasm"
[component.worker]
source = { url = "https://example.com/w.wasm", digest = "sha256:${'0'.repeat(64)}" }
[component.unused]
source = "unused.wasm"
allowed_outbound_hosts = ["https://example.com"]
`;

test('keeps only the components that are asked for, with their triggers', async t => {
  const { app } = await load(t, two, { components: ['login', 'cart'] });
  assert.deepEqual([...app.components.keys()], ['cart', 'login']);
  assert.deepEqual(
    app.triggers.map(({ component }) => component),
    ['cart', 'login'],
  );
});

test('refuses an app with a trigger that is not served', async t => {
  await assert.rejects(load(t, two), { code: 'manifest-not-served' });
});

test('leaves out a component that no trigger uses, whatever it asks for', async t => {
  const { app } = await load(t, `${cartManifest()}\n[component.unused]\nsource = { package = "a:b", version = "1.0.0" }\n`);
  assert.deepEqual([...app.components.keys()], ['cart']);
});

test('accepts what changes nothing about serving', async t => {
  const application = 'authors = ["a"]\ntargets = ["spin-up:3.3"]\ntool.x.y = 1';
  const component =
    'allowed_outbound_hosts = []\nexclude_files = ["x"]\ntool.x.y = 1\n[component.cart.profile.debug]\nsource = "debug.wasm"\n';
  const { warnings, notices } = await load(t, cartManifest(component, application));
  assert.deepEqual([...warnings, ...notices], []);
});

test('warns of a base that has no effect', async t => {
  const { warnings } = await load(t, cartManifest('', '[application.trigger.http]\nbase = "/"'));
  assert.deepEqual(warnings, ['spin.toml:5: `base = "/"` has no effect any more and can be removed']);
});

test('warns of the older allowed_http_hosts, and takes them', async t => {
  const { app, warnings } = await load(t, cartManifest('allowed_http_hosts = ["example.com", "self"]'));
  assert.deepEqual(warnings, [
    'spin.toml:10: `allowed_http_hosts` of "cart" is deprecated: write allowed_outbound_hosts = ["http://example.com", "https://example.com", "http://self"]',
  ]);
  assert.deepEqual(
    app.components.get('cart')?.allowedOutboundHosts.map(({ value }) => value),
    ['http://example.com', 'https://example.com', 'http://self'],
  );
});

test('warns of calls to components that cannot be called', async t => {
  const hosts =
    'allowed_outbound_hosts = ["http://logn.spin.internal", "http://unused.spin.internal", "http://login.spin.internal"]';
  const more = '\n[[trigger.http]]\nroute = { private = true }\ncomponent = "login"\n[component.login]\nsource = "a.wasm"';
  const { warnings } = await load(t, `${cartManifest(hosts)}${more}\n[component.unused]\nsource = "unused.wasm"\n`);
  assert.deepEqual(warnings, [
    'spin.toml:10: "cart" may call the component "logn", which the app does not have; did you mean "login"?',
    'spin.toml:10: "cart" may call the component "unused", which no trigger names: give it one with route = { private = true }',
  ]);
});

test('a component of which no trigger is does not count as left out', async t => {
  const wildcard = 'allowed_outbound_hosts = ["http://*.spin.internal"]';
  await load(t, `${cartManifest(wildcard)}\n[component.unused]\nsource = "unused.wasm"\n`);
});

test('says when the manifest of a folder above is used', async t => {
  const folder = appFolder(t, { 'spin.toml': cartManifest(), 'src/a.rs': '' });
  const { app, notices } = await loadApplication({ cwd: join(folder, 'src') });
  assert.equal(app.directory, folder);
  assert.deepEqual(notices, [`Using spin.toml from the parent folder ${folder}`]);
});

async function load(t: TestContext, manifest: string, options: Partial<LoadApplicationOptions> = {}) {
  const folder = appFolder(t, { 'spin.toml': manifest });
  const loaded = await loadApplication({ cwd: folder, ...options });
  t.after(loaded.dispose);
  return { ...loaded, folder };
}

test('a profile adds and replaces dependencies by their names', () => {
  const manifest = parseManifest(
    `spin_manifest_version = 2\n[application]\nname = "shop"\n[trigger]\n[component.cart]\nsource = "a.wasm"\n[component.cart.dependencies]\n"a:b" = "1.0.0"\n"c:d" = "1.0.0"\n` +
      '[component.cart.profile.debug]\ndependencies = { "a:b" = "2.0.0", "e:f" = "1.0.0" }\n',
    'spin.toml',
  );
  const merged = withProfile(manifest, 'debug').components.get('cart')?.dependencies ?? [];
  assert.deepEqual(
    merged.map(({ name, source }) => [name.text, source.kind === 'package' && source.version]),
    [
      ['a:b', '2.0.0'],
      ['c:d', '1.0.0'],
      ['e:f', '1.0.0'],
    ],
  );
});
