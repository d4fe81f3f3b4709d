// Reads of one turn of the event loop see one state of the file; what the app itself has written they always see.
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import Database from 'better-sqlite3';
import { commitsSeen } from '../../../src/host/key-value/commit-counter.ts';
import { AppStores } from '../../../src/host/key-value/app-stores.ts';
import { openSqliteStore } from '../../../src/host/key-value/sqlite-store.ts';
import { bytes, okOf } from '../../contract/key-value-store.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { fileStore } from './helpers.ts';
import { stateFile } from './open-store.ts';

/** Another program's connection, which writes at once. */
function otherProgram(t: TestContext, path: string): (value: string) => void {
  const database = new Database(path);
  t.after(() => database.close());
  const set = database.prepare("INSERT OR REPLACE INTO spin_key_value VALUES ('default', 'k', ?)");
  return value => void set.run(Buffer.from(value));
}

describe('reads in one turn', () => {
  test('share a transaction, which ends with the turn', async t => {
    const { store, path } = await fileStore(t);
    const write = otherProgram(t, path);
    const read = (): string => Buffer.from(okOf(store.get('default', 'k')) ?? []).toString();
    write('1');
    assert.deepEqual([read(), read()], ['1', '1']);
    write('2');
    assert.equal(read(), '1', 'the transaction goes on');
    await nextTurn();
    assert.equal(read(), '2');
    write('3');
    assert.equal(read(), '3', 'the first read of a turn has no transaction');
  });

  test('see what another program writes after 256 of them', async t => {
    const { store, path } = await fileStore(t);
    const write = otherProgram(t, path);
    const exists = (): boolean => okOf(store.exists('default', 'k'));
    for (let count = 0; count < 256; count += 1) assert.equal(exists(), false);
    write('1');
    assert.equal(exists(), true);
  });

  test('see a write of the app as soon as anybody may know of it', { timeout: 20_000 }, async t => {
    const folder = temporaryFolder(t);
    const shared = await AppStores.open([stateFile(folder)], () => {});
    const connections = [shared.connect(), shared.connect()].flatMap(({ files }) => files);
    const stores = await Promise.all(connections.map(connection => openSqliteStore(connection)));
    t.after(async () => {
      for (const store of stores) await store.close();
      await shared.close();
    });
    const [one, other] = stores;
    // The storage thread is started by this thread, which stands still below.
    okOf(await one!.set('default', 'first', bytes('v')));
    const counter = connections[0]!.commitCounter;
    const blocker = new Database(join(folder, 'sqlite_key_value.db'));
    t.after(() => blocker.close());
    for (let round = 0; round < 20; round += 1) {
      const key = `k${round}`;
      const seen = commitsSeen(counter);
      blocker.exec('BEGIN IMMEDIATE');
      const written = one!.set('default', key, bytes('v'));
      await nextTurn();
      for (let reads = 0; reads < 3; reads += 1) assert.equal(okOf(other!.exists('default', key)), false);
      blocker.exec('COMMIT');
      // The turn does not end meanwhile, and with it the transaction of the reads.
      while (commitsSeen(counter) === seen);
      assert.equal(okOf(other!.exists('default', key)), true, `round ${round}`);
      okOf(await written);
    }
  });

  test('do not keep the file from being given back when it is closed among them', async t => {
    const { store, folder } = await fileStore(t);
    okOf(await store.set('default', 'k', bytes('v')));
    okOf(store.get('default', 'k'));
    okOf(store.get('default', 'k'));
    await store.close();
    const database = new Database(join(folder, 'sqlite_key_value.db'), { readonly: true });
    t.after(() => database.close());
    assert.equal(database.pragma('journal_mode', { simple: true }), 'delete');
  });
});
