// `--state-dir ""`: state that nobody finds afterwards, however the server ended.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';
import { keyValueApp, startServer } from './server.ts';

const inMemory = ['--state-dir', ''];

test('state in memory writes nothing beside the manifest, is gone after a restart, and leaves no temporary file', async t => {
  const folder = keyValueApp(t);
  const options = { args: inMemory, env: { TMPDIR: temporaryFolder(t) } };
  const server = await startServer(t, folder, options);
  assert.equal((await server.post('k', 'v')).status, 200);
  assert.equal(await (await server.get('k')).text(), 'v');
  assert.equal(storesIn(options.env.TMPDIR).length, 1);
  await server.stop();
  assert.deepEqual(storesIn(options.env.TMPDIR), []);
  const next = await startServer(t, folder, options);
  assert.equal((await next.get('k')).status, 404);
  await next.stop();
  assert.deepEqual(readdirSync(folder), ['spin.toml']);
});

test('what a killed server left in the temporary folder is removed by the next start, a living one keeps its own', async t => {
  const folder = keyValueApp(t);
  const options = { args: inMemory, env: { TMPDIR: temporaryFolder(t) } };
  const living = await startServer(t, folder, options);
  assert.equal((await living.post('k', 'v')).status, 200);
  const killed = await startServer(t, folder, options);
  assert.equal(storesIn(options.env.TMPDIR).length, 2);
  killed.signal('SIGKILL');
  await killed.ended;
  assert.equal(storesIn(options.env.TMPDIR).length, 2);
  const next = await startServer(t, folder, options);
  assert.equal(storesIn(options.env.TMPDIR).length, 2);
  assert.equal(await (await living.get('k')).text(), 'v');
  await Promise.all([living.stop(), next.stop()]);
  assert.deepEqual(storesIn(options.env.TMPDIR), []);
});

const storesIn = (folder: string): string[] => readdirSync(folder).filter(name => name.startsWith('tspin-key-value-'));
