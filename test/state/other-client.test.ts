// The file is Spin's: another SQLite client and the guest read each other's rows, before, during and after a run.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { createSpinTable, printRow, setRow, withoutPython, withPython } from './other-client.ts';
import { databaseOf, keyValueApp, newDatabaseOf, startServer } from './server.ts';

describe('another SQLite client', { skip: withoutPython() }, () => {
  test("finds exactly Spin's table, alone and in rollback mode, after a clean stop", async t => {
    const folder = keyValueApp(t);
    const server = await startServer(t, folder);
    assert.equal((await server.post('k', 'v')).status, 200);
    await server.stop();
    const database = databaseOf(folder);
    const describeFile = `
print([row[:2] for row in db.execute("SELECT type, name FROM sqlite_schema")])
print([row[1:] for row in db.execute("PRAGMA table_info(spin_key_value)")])
print([db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "page_size", "user_version", "auto_vacuum", "application_id")])
print(db.execute("SELECT store, key, typeof(value), value FROM spin_key_value").fetchall())`;
    assert.deepEqual(withPython(database, describeFile).split('\n'), [
      "[('table', 'spin_key_value'), ('index', 'sqlite_autoindex_spin_key_value_1')]",
      "[('store', 'TEXT', 1, None, 1), ('key', 'TEXT', 1, None, 2), ('value', 'BLOB', 1, None, 0)]",
      "['delete', 4096, 0, 0, 0]",
      `[('default', '/k', 'blob', b'v')]`,
    ]);
    assert.deepEqual(readdirSync(dirname(database)).toSorted(), ['logs', 'sqlite_key_value.db']);
  });

  test('writes rows that the guest reads: into a file of its own before the first start, and between runs', async t => {
    const folder = keyValueApp(t);
    withPython(newDatabaseOf(folder), `${createSpinTable}\n${setRow('/before', 'b"from Python"')}`);
    for (const key of ['before', 'between']) {
      const server = await startServer(t, folder);
      const response = await server.get(key);
      assert.equal(response.status, 200);
      assert.equal(await response.text(), 'from Python');
      await server.stop();
      withPython(databaseOf(folder), setRow('/between', 'b"from Python"'));
    }
  });

  test('reads and writes while tspin runs, and each sees the rows of the other', async t => {
    const folder = keyValueApp(t);
    const server = await startServer(t, folder);
    const database = databaseOf(folder);
    for (let round = 0; round < 5; round += 1) {
      assert.equal((await server.post(`guest${round}`, `guest ${round}`)).status, 200);
      assert.equal(withPython(database, printRow(`/guest${round}`)), `('blob', b'guest ${round}')`);
      withPython(database, setRow('/other', `b"other ${round}"`));
      assert.equal(await (await server.get('other')).text(), `other ${round}`);
    }
    await server.stop();
    assert.equal(withPython(database, printRow('/other')), "('blob', b'other 4')");
  });

  test('that binds a value as TEXT gives the guest an error that says so, in the answer and in the log', async t => {
    const folder = keyValueApp(t);
    const server = await startServer(t, folder);
    withPython(databaseOf(folder), setRow('/text', '"text"'));
    assert.equal((await server.get('text')).status, 500);
    const text = 'the value of this key is stored as text, not as BLOB: another program wrote it; set it again to mend it';
    await server.said(text);
    assert.equal((await server.post('text', 'mended')).status, 200);
    assert.equal(await (await server.get('text')).text(), 'mended');
    await server.stop();
    assert.ok(readFileSync(join(folder, '.spin/logs/kv-rust_stderr.txt'), 'utf8').includes(text));
  });
});
