import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { loadBuildPlans } from '../../src/app/build-plan.ts';
import { appFolder, cartManifest } from './app-folder.ts';

const build = '[component.cart.build]\ncommand = ["one", "two"]\nworkdir = "cart"\nwatch = ["src/**"]\n';

test('resolves the folder of a build', async t => {
  const folder = appFolder(t, { 'spin.toml': cartManifest(build) });
  const { targets, problem, manifestPath } = await loadBuildPlans({ cwd: folder });
  assert.deepEqual(targets, [
    {
      id: 'cart',
      plan: { commands: ['one', 'two'], workdir: 'cart', watch: ['src/**'], directory: join(folder, 'cart') },
      after: [],
      artifact: join(folder, 'cart.wasm'),
    },
  ]);
  assert.equal(problem, undefined);
  assert.equal(manifestPath, join(folder, 'spin.toml'));
});

test('builds an app that asks for what is not served', async t => {
  const folder = appFolder(t, { 'spin.toml': cartManifest(`allowed_outbound_hosts = ["https://example.com"]\n${build}`) });
  assert.equal((await loadBuildPlans({ cwd: folder })).problem, undefined);
});

test('builds an app whose manifest is wrong elsewhere, and says what is wrong', async t => {
  const folder = appFolder(t, { 'spin.toml': cartManifest(`nonsense = 1\n${build}`) });
  const { targets, problem } = await loadBuildPlans({ cwd: folder });
  assert.deepEqual(
    targets.map(({ id, plan }) => [id, plan?.commands.length]),
    [['cart', 2]],
  );
  assert.equal(problem?.code, 'manifest-unknown-key');
});

test('lists components that have nothing to build', async t => {
  const folder = appFolder(t, { 'spin.toml': cartManifest() });
  const { targets } = await loadBuildPlans({ cwd: folder });
  assert.deepEqual(
    targets.map(({ id, plan }) => [id, plan]),
    [['cart', undefined]],
  );
});

const part = (id: string, rest: string): string =>
  `[component.${id}]\nsource = "${id}.wasm"\nbuild.command = "make ${id}"\n${rest}\n`;

test('puts a component before those that depend on its file, else keeps the order of the manifest', async t => {
  const dependent = part('b', 'dependencies = { "s:t/u" = { path = "./d.wasm" }, "s:v/w" = { component = "c" } }');
  const folder = appFolder(t, { 'spin.toml': cartManifest([part('a', ''), dependent, part('c', ''), part('d', '')].join('')) });
  const { targets } = await loadBuildPlans({ cwd: folder });
  assert.deepEqual(
    targets.map(({ id }) => id),
    ['cart', 'a', 'c', 'd', 'b'],
  );
  assert.deepEqual(targets.find(({ id }) => id === 'b')?.after, ['c', 'd']);
});

test('orders components that depend on each other as the manifest does', async t => {
  const circle = [
    part('a', 'dependencies = { "s:t/u" = { path = "b.wasm" } }'),
    part('b', 'dependencies = { "s:t/u" = { path = "a.wasm" } }'),
  ];
  const folder = appFolder(t, { 'spin.toml': cartManifest(circle.join('')) });
  assert.equal((await loadBuildPlans({ cwd: folder })).targets.length, 3);
});

test('takes the commands of a profile and keeps the folder', async t => {
  const profiles = `${build}[component.cart.profile.debug]\nbuild.command = "debug"\n${part('other', '')}`;
  const folder = appFolder(t, { 'spin.toml': cartManifest(profiles) });
  const { targets } = await loadBuildPlans({ cwd: folder, profile: 'debug' });
  assert.deepEqual(
    targets.map(({ plan }) => plan?.commands),
    [['debug'], ['make other']],
  );
  assert.equal(targets[0]?.plan?.workdir, 'cart');
});
