import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import Database from 'better-sqlite3';
import { openDefaultStore } from './open-store.ts';
import { resultBytesMax } from '../../../src/host/key-value/store.ts';
import { okay } from '../../../src/wit/types.ts';
import { bytes, keyValueStoreContract, okOf } from '../../contract/key-value-store.ts';
import { failureOf } from '../../contract/store-results.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { fileStore, withoutPython, withPython } from './helpers.ts';

keyValueStoreContract('a SQLite file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tspin-test-'));
  const store = await openDefaultStore(folder, assert.fail);
  return { store, close: () => store.close().then(() => rmSync(folder, { recursive: true })) };
});

keyValueStoreContract('a temporary store', async () => {
  const store = await openDefaultStore(undefined, assert.fail);
  return { store, close: () => store.close() };
});

const spinTable = `CREATE TABLE spin_key_value (
                           store TEXT NOT NULL,
                           key   TEXT NOT NULL,
                           value BLOB NOT NULL,

                           PRIMARY KEY (store, key)
                        )`;

describe('the file', () => {
  const skip = withoutPython();

  test("after a clean stop holds exactly Spin's table, alone and in rollback mode", async t => {
    const { folder, path, store } = await fileStore(t);
    okOf(await store.set('default', 'k', bytes('v')));
    await store.close();
    assert.deepEqual(readdirSync(folder), ['sqlite_key_value.db']);
    const database = new Database(path, { readonly: true });
    t.after(() => database.close());
    assert.equal(database.pragma('journal_mode', { simple: true }), 'delete');
    assert.equal(database.pragma('user_version', { simple: true }), 0);
    assert.deepEqual(database.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL').pluck().all(), [spinTable]);
    assert.deepEqual(database.prepare('SELECT *, typeof(key), typeof(value) FROM spin_key_value').raw().all(), [
      ['default', 'k', Buffer.from('v'), 'text', 'blob'],
    ]);
  });

  test('a row that another program wrote before and while it is open is read', { skip }, async t => {
    const first = await fileStore(t);
    await first.store.close();
    withPython(first.path, `db.execute("INSERT INTO spin_key_value VALUES ('default', 'before', x'0001')")`);
    const { store, path } = await fileStore(t, { folder: first.folder });
    withPython(path, `db.execute("INSERT INTO spin_key_value VALUES ('default', 'while', x'02')")`);
    assert.deepStrictEqual(okOf(store.get('default', 'before')), Uint8Array.of(0, 1));
    assert.deepStrictEqual(okOf(store.get('default', 'while')), Uint8Array.of(2));
    assert.deepEqual(okOf(store.getKeys('default')), ['before', 'while']);
  });

  test('another program reads what was set, while it is open and after the stop', { skip }, async t => {
    const { store, path } = await fileStore(t);
    const read = () => withPython(path, `print(db.execute("SELECT value FROM spin_key_value WHERE store='default'").fetchall())`);
    okOf(await store.set('default', 'k', bytes('v')));
    assert.equal(read(), "[(b'v',)]");
    await store.close();
    assert.equal(read(), "[(b'v',)]");
  });

  test('a value that another program wrote as TEXT is refused with a reason, and mended by a set', { skip }, async t => {
    const { store, path } = await fileStore(t);
    withPython(path, `db.execute("INSERT INTO spin_key_value VALUES ('default', 'k', 'text')")`);
    const read = store.get('default', 'k');
    assert.ok(read.tag === 'err' && read.val.kind === 'failed');
    assert.match(read.val.message, /stored as text, not as BLOB: another program wrote it; set it again/);
    assert.equal(okOf(store.exists('default', 'k')), true);
    okOf(await store.set('default', 'k', bytes('bytes')));
    assert.deepStrictEqual(okOf(store.get('default', 'k')), bytes('bytes'));
    withPython(path, `db.execute("INSERT INTO spin_key_value VALUES ('default', 'n', 'eight by')")`);
    assert.match(failureOf(await store.increment('default', 'n', 1n)), /^the value of this key is stored as text; a counter is/);
    assert.match(failureOf(store.getMany('default', ['k', 'n'])), /stored as text, not as BLOB/);
  });

  test('a counter is what Spin would have written', { skip }, async t => {
    const { store, path } = await fileStore(t);
    withPython(path, `db.execute("INSERT INTO spin_key_value VALUES ('default', 'n', x'ff00000000000000')")`);
    assert.equal(okOf(await store.increment('default', 'n', 1n)), 256n);
    assert.equal(
      withPython(path, `print(db.execute("SELECT hex(value) FROM spin_key_value").fetchall())`),
      "[('0001000000000000',)]",
    );
  });

  test('a stop while another program uses the file is a warning, and the next stop tidies up', async t => {
    const one = await fileStore(t);
    const two = await fileStore(t, { folder: one.folder });
    okOf(await one.store.set('default', 'k', bytes('v')));
    assert.deepStrictEqual(okOf(two.store.get('default', 'k')), bytes('v'));
    await one.store.close();
    assert.match(one.warnings.join(), /is still used by another program/);
    okOf(await two.store.set('default', 'k', bytes('w')));
    await two.store.close();
    assert.deepEqual(two.warnings, []);
    assert.deepEqual(readdirSync(one.folder), ['sqlite_key_value.db']);
  });
});

describe('a read', () => {
  const limitBytes = 10_000;
  const tooLarge = { tag: 'err', val: { kind: 'result-too-large', limitBytes } };

  test('gives a value up to the limit less 24 bytes, and refuses a larger one', async t => {
    const { store } = await fileStore(t, { resultBytesMax: limitBytes });
    okOf(await store.set('default', 'below', new Uint8Array(limitBytes - 24)));
    okOf(await store.set('default', 'over', new Uint8Array(limitBytes - 23)));
    assert.equal(okOf(store.get('default', 'below'))?.byteLength, limitBytes - 24);
    assert.deepEqual(store.get('default', 'over'), tooLarge);
    assert.equal(okOf(store.exists('default', 'over')), true);
  });

  test('counts 24 bytes for the list of keys and for each key besides its UTF-8 bytes', async t => {
    const { store } = await fileStore(t, { resultBytesMax: limitBytes });
    const perKey = (limitBytes - 24) / 8 - 24;
    const keys = Array.from({ length: 8 }, (_, index) => String(index) + 'é'.repeat((perKey - 1) / 2));
    await Promise.all(keys.map(async key => okOf(await store.set('default', key, new Uint8Array()))));
    assert.deepEqual(okOf(store.getKeys('default')), keys);
    okOf(await store.set('default', '', new Uint8Array()));
    assert.deepEqual(store.getKeys('default'), tooLarge);
  });

  test('of many keys counts 24 bytes, and 48 for each pair besides its bytes', async t => {
    const { store } = await fileStore(t, { resultBytesMax: limitBytes });
    const perPair = (limitBytes - 24) / 8 - 48 - 1;
    const pairs = Array.from({ length: 8 }, (_, index) => [String(index), new Uint8Array(perPair)] as const);
    okOf(await store.setMany('default', pairs));
    const keys = pairs.map(([key]) => key);
    assert.equal(okOf(store.getMany('default', [...keys, ...keys, 'missing'])).length, 8);
    okOf(await store.set('default', '7', new Uint8Array(perPair + 1)));
    assert.deepEqual(store.getMany('default', keys), tooLarge);
    assert.equal(okOf(store.getMany('default', keys.slice(1))).length, 7);
    okOf(await store.set('default', 'huge', new Uint8Array(limitBytes)));
    assert.deepEqual(store.getMany('default', ['huge']), tooLarge);
  });

  test("is limited to Spin's 128 MiB by default", () => assert.equal(resultBytesMax, 134_217_728));

  test('answers at once, without a promise', async t => {
    const { store } = await fileStore(t);
    for (const answer of [store.get('default', 'k'), store.exists('default', 'k'), store.getKeys('default')]) {
      assert.ok(!(answer instanceof Promise));
    }
  });
});

describe('a write', () => {
  test('of many at once needs few commits', async t => {
    const { store } = await fileStore(t);
    await Promise.all(Array.from({ length: 64 }, async (_, index) => okOf(await store.set('default', `k${index}`, bytes('v')))));
    assert.ok(store.commits <= 4, `${store.commits} commits`);
    assert.equal(okOf(store.getKeys('default')).length, 64);
  });

  test('that fails does not take those along that were committed with it', async t => {
    const { store, path } = await fileStore(t);
    const other = new Database(path);
    other.exec(
      "CREATE TRIGGER no BEFORE INSERT ON spin_key_value WHEN NEW.key = 'bad' BEGIN SELECT RAISE(ABORT, 'not this one'); END",
    );
    other.close();
    const written = await Promise.all(['a', 'bad', 'b'].map(key => store.set('default', key, bytes(key))));
    assert.deepEqual(
      written.map(result => (result.tag === 'err' ? result.val : 'ok')),
      ['ok', { kind: 'failed', message: 'not this one' }, 'ok'],
    );
    assert.deepEqual(okOf(store.getKeys('default')), ['a', 'b']);
  });

  test('of many pairs of which one fails writes none, and takes none along that was committed with it', async t => {
    const { store, path } = await fileStore(t);
    okOf(await store.set('default', 'old', bytes('old')));
    const other = new Database(path);
    for (const event of ['INSERT', 'DELETE']) {
      const row = event === 'INSERT' ? 'NEW' : 'OLD';
      other.exec(
        `CREATE TRIGGER no_${event} BEFORE ${event} ON spin_key_value WHEN ${row}.key IN ('bad', 'old') BEGIN SELECT RAISE(ABORT, 'not this one'); END`,
      );
    }
    other.close();
    const written = await Promise.all([
      store.set('default', 'a', bytes('a')),
      store.setMany('default', [
        ['x', bytes('x')],
        ['bad', bytes('bad')],
        ['y', bytes('y')],
      ]),
      store.deleteMany('default', ['a', 'old']),
      store.increment('default', 'n', 1n).then(sum => (sum.tag === 'ok' ? okay : sum)),
      store.swap('default', 'bad', undefined, bytes('bad')).then(done => (done.tag === 'ok' ? okay : done)),
      store.increment('default', 'n', 1n).then(sum => (sum.tag === 'ok' ? okay : sum)),
    ]);
    assert.deepEqual(
      written.map(result => (result.tag === 'err' ? failureOf(result) : 'ok')),
      ['ok', 'not this one', 'not this one', 'ok', 'not this one', 'ok'],
    );
    assert.deepEqual(okOf(store.getKeys('default')), ['a', 'n', 'old']);
    assert.deepStrictEqual(okOf(store.get('default', 'n')), Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0));
  });

  test('after the stop is refused', async t => {
    const { store } = await fileStore(t);
    await store.close();
    assert.deepEqual(await store.set('default', 'k', bytes('v')), {
      tag: 'err',
      val: { kind: 'failed', message: 'the store is closed' },
    });
  });

  test('that was asked for before the stop is finished by it', async t => {
    const { store, folder } = await fileStore(t);
    const written = store.set('default', 'k', bytes('v'));
    await store.close();
    okOf(await written);
    const again = await fileStore(t, { folder });
    assert.deepStrictEqual(okOf(again.store.get('default', 'k')), bytes('v'));
  });
});

test('a temporary store is for its owner only while it is open, and leaves no file behind', async t => {
  const temporaryDirectory = temporaryFolder(t);
  const store = await openDefaultStore(undefined, assert.fail, { temporaryDirectory });
  okOf(await store.set('default', 'k', bytes('v')));
  const [folder, ...others] = readdirSync(temporaryDirectory);
  assert.ok(folder !== undefined && others.length === 0);
  assert.equal(statSync(join(temporaryDirectory, folder)).mode & 0o777, 0o700);
  await store.close();
  assert.deepEqual(readdirSync(temporaryDirectory), []);
});
