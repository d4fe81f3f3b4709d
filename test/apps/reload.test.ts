// An app that is read anew while it serves (ADR 022).
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { probeWasm } from './guests.ts';
import { serveApp } from './served-app.ts';
import { writeBrokenStart, writeTextGuest } from './text-guest.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('from the reload on requests get the new version, and those before it the old one to their end', async t => {
  const source = join(temporaryFolder(t), 'guest.wasm');
  await writeTextGuest(source, 'the first version');
  const { loaded, url } = await serveApp(t, { source });
  const get = async (path = '/'): Promise<string> => (await fetch(url + path)).text();
  assert.equal(await get(), 'the first version');
  const slow = await fetch(`${url}/slow`);
  await writeTextGuest(source, 'the second version');
  assert.equal(await get(), 'the first version');
  await loaded.reload();
  assert.equal(await get(), 'the second version');
  assert.equal(await slow.text(), 'the first version');
  assert.equal(await (await loaded.fetch(new Request('http://test/'))).text(), 'the second version');
});

test('a version that cannot be loaded or does not start changes nothing', async t => {
  const source = join(temporaryFolder(t), 'guest.wasm');
  await writeTextGuest(source, 'the good version');
  const { loaded, url } = await serveApp(t, { source }, { tryComponents: true, instances: { instances: 'fresh' } });
  const get = async (): Promise<string> => (await fetch(url)).text();
  await writeBrokenStart(source);
  await assert.rejects(loaded.reload(), { code: 'component-start-failed', message: /does not start: unreachable/ });
  assert.equal(await get(), 'the good version');
  writeFileSync(source, readFileSync(probeWasm).subarray(0, 1000));
  await assert.rejects(loaded.reload(), { code: /component-/ });
  assert.equal(await get(), 'the good version');
  await writeTextGuest(source, 'the next version');
  await loaded.reload();
  assert.equal(await get(), 'the next version');
});

test('stores in memory keep their data when another store comes into use, and when it goes', async t => {
  const source = join(temporaryFolder(t), 'guest.wasm');
  copyFileSync(probeWasm, source);
  const lines = ['[key_value_store.other]', 'type = "spin"'];
  const config = join(temporaryFolder(t), 'runtime-config.toml');
  writeFileSync(config, lines.join('\n'));
  const { loaded, url, folder } = await serveApp(t, { source }, { runtimeConfigFile: config });
  const path = join(folder, 'spin.toml');
  const manifest = readFileSync(path, 'utf8');
  const value = async (store: string): Promise<string> => {
    const response = await fetch(`${url}/kv/${store}/get?key=a`);
    return `${response.status} ${await response.text()}`;
  };
  await fetch(`${url}/kv/default/set?key=a`, { method: 'POST', body: 'kept' });
  assert.equal(await value('default'), '200 kept');
  assert.match(await value('other'), /^500 .*denied/i);
  writeFileSync(path, manifest.replace('["default"]', '["default", "other"]'));
  await loaded.reload();
  await fetch(`${url}/kv/other/set?key=a`, { method: 'POST', body: 'new' });
  assert.equal(await value('default'), '200 kept');
  writeFileSync(path, manifest);
  await loaded.reload();
  assert.match(await value('other'), /^500 .*denied/i);
  writeFileSync(path, manifest.replace('["default"]', '["other", "default"]'));
  await loaded.reload();
  assert.deepEqual([await value('default'), await value('other')], ['200 kept', '200 new']);
});

test('routes, variables and permissions are those of the manifest as it is now', async t => {
  const { loaded, url, folder } = await serveApp(t);
  const path = join(folder, 'spin.toml');
  writeFileSync(path, readFileSync(path, 'utf8').replace('route = "/..."', 'route = "/moved/..."'));
  await loaded.reload();
  assert.equal((await fetch(`${url}/`)).status, 404);
  assert.deepEqual(
    loaded.routes.map(({ route }) => route),
    ['/moved'],
  );
});

test('a stop waits for what an earlier version has begun', async t => {
  const source = join(temporaryFolder(t), 'guest.wasm');
  await writeTextGuest(source, 'the first version');
  const { loaded, url } = await serveApp(t, { source });
  const slow = await fetch(`${url}/slow`);
  await writeTextGuest(source, 'the second version');
  await loaded.reload();
  const closed = loaded.close({ drainMs: 5000 });
  assert.equal(await slow.text(), 'the first version');
  await closed;
});
