// Two `tspin up` at once: on one port, and on one state folder.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { databaseOf, keyValueApp, launch, startServer } from './server.ts';

/** Where SQLite's header has the file format: 1 for a rollback journal, 2 for WAL. */
const formatBytes = [18, 19] as const;

test('a second one on the same port is refused, leaves nothing, and does not disturb the first', async t => {
  const first = await startServer(t, keyValueApp(t));
  const folder = keyValueApp(t);
  const listen = new URL(first.url).host;
  const second = launch(t, folder, { listen });
  assert.deepEqual(await second.ended, { code: 1, signal: null });
  assert.equal(second.stdout, '');
  assert.equal(
    second.stderr,
    `error[port-in-use]: ${listen} is in use by another process\n` +
      '  help: choose another address with --listen, e.g. --listen 127.0.0.1:0 for any free port\n' +
      '  help: --find-free-port takes the first free one of this port and the nine after it\n',
  );
  assert.deepEqual(readdirSync(folder), ['spin.toml']);
  assert.equal((await first.post('k', 'v')).status, 200);
  assert.equal(await (await first.get('k')).text(), 'v');
  await first.stop();
});

test('two on one state folder see each write of the other at once, and one goes on without the other', async t => {
  const folder = keyValueApp(t);
  // At the same time, so that both may find no file.
  const [one, two] = await Promise.all([startServer(t, folder), startServer(t, folder)]);
  for (let turn = 0; turn < 100; turn += 1) {
    const [writer, reader] = turn % 2 === 0 ? [one, two] : [two, one];
    assert.equal((await writer.post('turn', `turn ${turn}`)).status, 200);
    assert.equal(await (await reader.get('turn')).text(), `turn ${turn}`);
  }
  await one.stop();
  assert.match(one.stderr, /sqlite_key_value\.db is still used by another program, which keeps its journal files/);
  assert.equal(await (await two.get('turn')).text(), 'turn 99');
  assert.equal((await two.post('turn', 'alone')).status, 200);
  assert.equal(await (await two.get('turn')).text(), 'alone');
  await two.stop();
  const database = databaseOf(folder);
  const header = readFileSync(database);
  assert.deepEqual(
    formatBytes.map(at => header[at]),
    [1, 1],
  );
  assert.deepEqual(readdirSync(dirname(database)).toSorted(), ['logs', 'sqlite_key_value.db']);
});
