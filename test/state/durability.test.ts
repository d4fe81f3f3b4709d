// A POST that was answered is on disk: shown by the system calls, and by killing the server under load.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';
import { checkValue, postUntilKilled, valueOf } from './load.ts';
import { withoutPython, withPython } from './other-client.ts';
import { databaseOf, keyValueApp, startServer, type Server } from './server.ts';
import { readSystemCalls, straceTo, withoutStrace, type SystemCall } from './system-calls.ts';

test('the sync of the journal has returned before the answer to a POST is written', { skip: withoutStrace() }, async t => {
  const folder = keyValueApp(t);
  const trace = join(temporaryFolder(t), 'trace');
  const server = await startServer(t, folder, { under: straceTo(trace) });
  const markers = ['first-marker', 'second-marker', 'third-marker'];
  for (const marker of markers) assert.equal((await server.post(marker, `${marker} value`)).status, 200);
  await server.stop();
  const calls = readSystemCalls(trace);
  const answers = calls.filter(({ args }) => args.includes('<TCP:[') && args.includes('HTTP/1.1 200'));
  assert.equal(answers.length, markers.length);
  for (const [index, answer] of answers.entries()) {
    const sync = assertSynced(calls, databaseOf(folder), `${markers[index]} value`);
    assert.ok(sync.ended < answer.began, `the answer (line ${answer.began}) did not wait for the sync (line ${sync.ended})`);
  }
});

/** Follows one value into the journal; gives the call that brought the journal to the disk. */
function assertSynced(calls: readonly SystemCall[], database: string, value: string): SystemCall {
  const journal = `<${database}-wal>`;
  const written = calls.find(({ name, args }) => name === 'pwrite64' && args.includes(journal) && args.includes(value));
  assert.ok(written, `"${value}" was never written to the journal`);
  const sync = calls.find(
    ({ name, args, began }) => /^f(data)?sync$/.test(name) && args.includes(journal) && began > written.ended,
  );
  assert.ok(sync, `the journal was not synced after "${value}"`);
  assert.equal(sync.result, 0);
  return sync;
}

describe('50 times kill -9 under load, with 2 workers', () => {
  const rounds = 50;
  const connections = 16;

  test('lose no acknowledged write and tear none, and the next start serves them', async t => {
    const folder = keyValueApp(t);
    let acknowledged: readonly string[] = [];
    const all: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const server = await startServer(t, folder, { args: ['--workers', '2'] });
      await assertServed(server, acknowledged);
      acknowledged = await postUntilKilled(server, `r${round}`, connections);
      assert.ok(acknowledged.length > 0, 'the server was killed before it answered anything');
      all.push(...acknowledged);
    }
    const last = await startServer(t, folder);
    await assertServed(last, acknowledged);
    await last.stop();
    t.diagnostic(`${all.length} acknowledged writes in ${rounds} rounds`);
    assertWhole(t, databaseOf(folder), all);
  });
});

async function assertServed(server: Server, keys: readonly string[]): Promise<void> {
  const left = keys.values();
  const check = async (): Promise<void> => {
    for (const key of left) {
      const response = await server.get(key);
      assert.equal(response.status, 200, `the acknowledged ${key} is lost`);
      checkValue(key, Buffer.from(await response.arrayBuffer()));
    }
  };
  await Promise.all(Array.from({ length: 8 }, check));
}

/** Every row is whole, those that were never acknowledged too, and no acknowledged one of any round is missing. */
function assertWhole(t: TestContext, database: string, acknowledged: readonly string[]): void {
  const skipped = withoutPython();
  if (skipped !== false) return t.diagnostic(`the file was not checked: ${skipped}`);
  const script = `
import json, hashlib
assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
print(json.dumps({ key: hashlib.sha256(value).hexdigest() for key, value in db.execute("SELECT key, value FROM spin_key_value") }))`;
  const digests = new Map(Object.entries(JSON.parse(withPython(database, script)) as Record<string, string>));
  for (const [path, digest] of digests) assert.equal(digest, valueOf(path.slice(1)).digest, `${path} is torn`);
  for (const key of acknowledged) assert.ok(digests.has(`/${key}`), `the acknowledged ${key} is lost`);
}
