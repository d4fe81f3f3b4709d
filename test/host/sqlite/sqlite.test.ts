// The host interface as the runtime and a guest meet it: labels, permissions, values, the errors of WIT, the end of an invocation.
import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { sqlite } from '../../../src/host/sqlite/sqlite.ts';
import { sqliteV1, sqliteV2, type WitValue } from '../../../src/host/sqlite/declarations.ts';
import { sqliteV3 } from '../../../src/host/sqlite/declarations-3.ts';
import { connectionsMax } from '../../../src/host/sqlite/guest-databases.ts';
import { TspinError } from '../../../src/errors.ts';
import { err, ok, okay } from '../../../src/wit/types.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { withoutPython, withPython } from '../key-value/helpers.ts';
import { bootSqlite, integer, label, opened, text } from './helpers.ts';

const fileIn = (t: Parameters<typeof temporaryFolder>[0]): string => join(temporaryFolder(t), 'state', 'sqlite_db.db');

describe('a guest', () => {
  test('creates, inserts and reads, on any connection to the file', async t => {
    const path = fileIn(t);
    const { open, execute, guest } = await bootSqlite(t, { path });
    const one = open();
    assert.deepEqual(await execute(one, 'CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)'), []);
    assert.deepEqual(await execute(one, 'INSERT INTO t (b) VALUES (?)', text('x')), []);
    assert.deepEqual(await guest['[method]connection.execute'](open(), 'SELECT a, b AS "the b" FROM t', []), {
      tag: 'ok',
      val: { columns: ['a', 'the b'], rows: [{ values: [integer(1n), text('x')] }] },
    });
    assert.deepEqual(await execute(one, 'INSERT INTO t (b) VALUES (:b), ($b) RETURNING a, b', text('y'), text('z')), [
      [2n, 'y'],
      [3n, 'z'],
    ]);
  });

  test('gets values back as they were, and NaN as null', async t => {
    const { open, execute, guest } = await bootSqlite(t);
    const connection = open();
    await execute(connection, 'CREATE TABLE t (v)');
    const values: readonly WitValue[] = [
      integer(2n ** 63n - 1n),
      integer(-(2n ** 63n)),
      integer(2n ** 53n + 1n),
      integer(0n),
      { tag: 'real', val: 0.1 },
      { tag: 'real', val: 3 },
      { tag: 'real', val: Number.POSITIVE_INFINITY },
      { tag: 'real', val: 5e-324 },
      text(''),
      text('a\0b 😀 "quoted"'),
      { tag: 'blob', val: new Uint8Array() },
      { tag: 'blob', val: new Uint8Array([0, 255, 128]) },
      { tag: 'null' },
    ];
    for (const value of values) await execute(connection, 'INSERT INTO t VALUES (?)', value);
    const answer = await guest['[method]connection.execute'](connection, 'SELECT v FROM t ORDER BY rowid', []);
    assert.equal(answer.tag, 'ok');
    const given = answer.val.rows.map(row => row.values[0]);
    const plain = (value: WitValue | undefined): unknown => (value?.tag === 'blob' ? { ...value, val: [...value.val] } : value);
    assert.deepEqual(given.map(plain), values.map(plain));
    assert.deepEqual(await execute(connection, 'SELECT ?', { tag: 'real', val: Number.NaN }), [[null]]);
    // A blob that is a part of something larger goes alone.
    const part = new Uint8Array(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2);
    assert.deepEqual(await execute(connection, 'SELECT hex(?), length(?)', { tag: 'blob', val: part }, text('é')), [
      ['0203', 1n],
    ]);
  });

  test('is refused a label that its component does not list, whether the database exists or not', async t => {
    const { guest, warnings } = await bootSqlite(t, { components: [{}, { sqliteDatabases: [label('default')] }] });
    const denied = err({ tag: 'access-denied' });
    assert.deepEqual(guest['[static]connection.open']('default'), denied);
    assert.deepEqual(guest['[static]connection.open']('nowhere'), denied);
    assert.deepEqual(guest['[static]connection.open']('default'), denied);
    assert.equal(warnings.length, 2);
    assert.match(warnings[0] ?? '', /"stub" was refused the SQLite database "default": add "default" to sqlite_databases in/);
  });

  test('is told so of a label that is listed and has no database, which no app can have that started', async t => {
    const { functions, state } = await bootSqlite(t);
    const without = { ...state, databases: new Map() };
    const none = err({ tag: 'no-such-database' });
    assert.deepEqual(functions(sqliteV1, without).open('default'), none);
    assert.deepEqual(functions(sqliteV2, without)['[static]connection.open']('default'), none);
    assert.deepEqual(functions(sqliteV3, without)['[static]connection.open']('default'), none);
    assert.deepEqual(await functions(sqliteV3, without)['[static]connection.open-async']('default'), none);
  });

  test('may have 256 connections open, and gets room by dropping one', async t => {
    const { guest, open, drop } = await bootSqlite(t);
    const connections = Array.from({ length: connectionsMax }, () => open());
    assert.equal(connections.length, 256);
    const full = err({ tag: 'io', val: 'too many connections opened' });
    assert.deepEqual(guest['[static]connection.open']('default'), full);
    drop(sqliteV2, 'connection', connections[0]);
    open();
    assert.deepEqual(guest['[static]connection.open']('default'), full);
  });

  test('has a database in memory of its own for each connection', async t => {
    const { open, execute } = await bootSqlite(t);
    const one = open();
    await execute(one, 'CREATE TABLE t (a)');
    assert.deepEqual(await execute(one, 'SELECT count(*) FROM t'), [[0n]]);
    assert.match(String(await execute(open(), 'SELECT count(*) FROM t')), /no such table: t/);
  });

  test('waits with a statement for the writes that its guest was told of, and runs none when one failed', async t => {
    const { open, execute, withhold } = await bootSqlite(t);
    const connection = open();
    await execute(connection, 'CREATE TABLE t (a)');
    const kept = Promise.withResolvers<string | undefined>();
    withhold(kept.promise);
    let isDone = false;
    const inserted = execute(connection, 'INSERT INTO t VALUES (1)').then(() => (isDone = true));
    await new Promise(resolve => setTimeout(resolve, 50));
    assert.equal(isDone, false);
    kept.resolve(undefined);
    await inserted;
    assert.deepEqual(await execute(connection, 'SELECT count(*) FROM t'), [[1n]]);
    withhold(Promise.resolve('disk on fire'));
    assert.equal(await execute(connection, 'INSERT INTO t VALUES (2)'), 'the connection is closed');
  });

  test('has errors in the words of SQLite, and goes on', async t => {
    const { open, execute } = await bootSqlite(t);
    const connection = open();
    assert.match(String(await execute(connection, 'SELEC 1')), /near "SELEC": syntax error/);
    assert.match(String(await execute(connection, 'SELECT 1', integer(1n))), /Wrong number of parameters.* Got 1, needed 0/);
    assert.match(String(await execute(connection, 'SELECT ?')), /Got 0, needed 1/);
    await execute(connection, 'CREATE TABLE t (a UNIQUE)');
    await execute(connection, 'INSERT INTO t VALUES (1)');
    assert.match(String(await execute(connection, 'INSERT INTO t VALUES (1)')), /UNIQUE constraint failed: t.a/);
    assert.deepEqual(await execute(connection, ''), []);
    assert.deepEqual(await execute(connection, ' -- nothing'), []);
  });

  test('has a database that is full as `io`, as every failure of SQLite', async t => {
    const { guest, open, execute } = await bootSqlite(t);
    const connection = open();
    await execute(connection, 'CREATE TABLE t (a)');
    await execute(connection, 'PRAGMA max_page_count = 4');
    const answer = await guest['[method]connection.execute'](connection, 'INSERT INTO t VALUES (zeroblob(100000))', []);
    assert.deepEqual(answer, err({ tag: 'io', val: 'database or disk is full' }));
  });

  test('runs one statement: what follows is ignored', async t => {
    const { open, execute } = await bootSqlite(t);
    const connection = open();
    assert.deepEqual(await execute(connection, 'CREATE TABLE t (a); INSERT INTO t VALUES (1)'), []);
    assert.deepEqual(await execute(connection, 'SELECT count(*) FROM t; DROP TABLE t; nonsense'), [[0n]]);
    assert.deepEqual(await execute(connection, ';; SELECT count(*) FROM t'), [[0n]]);
  });

  test('has foreign keys, texts in double quotes and what else Spin compiles SQLite with', async t => {
    const { open, execute } = await bootSqlite(t);
    const connection = open();
    assert.deepEqual(await execute(connection, 'PRAGMA foreign_keys'), [[1n]]);
    assert.deepEqual(await execute(connection, 'SELECT "no column"'), [['no column']]);
    assert.deepEqual(await execute(connection, 'CREATE VIRTUAL TABLE f USING fts5(a)'), []);
    assert.deepEqual(await execute(connection, 'CREATE VIRTUAL TABLE r USING rtree(id, a, b)'), []);
    assert.deepEqual(await execute(connection, `SELECT json_extract('{"a":[1,2]}', '$.a[1]')`), [[2n]]);
  });

  test('cannot have a result of more than 128 MiB, of one value or of many rows', async t => {
    const { open, execute } = await bootSqlite(t);
    const connection = open();
    const tooLarge = 'query result exceeds limit of 134217728 bytes';
    assert.equal(await execute(connection, 'SELECT zeroblob(134217728)'), tooLarge);
    const rows = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 300) SELECT zeroblob(500000) FROM c';
    assert.equal(await execute(connection, rows), tooLarge);
    // Nothing is left open by it.
    assert.deepEqual(await execute(connection, 'SELECT length(zeroblob(134217728))'), [[134_217_728n]]);
    const answer = await execute(connection, 'SELECT zeroblob(?)', integer(134_217_728n - 32n));
    assert.equal((answer as [[Uint8Array]])[0][0].length, 134_217_728 - 32);
  });
});

describe('the versions', () => {
  test('1: connections are numbers, and an unknown one is invalid', async t => {
    const { functions } = await bootSqlite(t);
    const guest = functions(sqliteV1);
    assert.deepEqual(guest.open('default'), ok(0));
    assert.deepEqual(guest.open('default'), ok(1));
    assert.deepEqual(await guest.execute(1, 'SELECT 1', []), ok({ columns: ['1'], rows: [{ values: [integer(1n)] }] }));
    guest.close(0);
    guest.close(7);
    const invalid = err({ tag: 'invalid-connection' });
    assert.deepEqual(await guest.execute(0, 'SELECT 1', []), invalid);
    assert.deepEqual(await guest.execute(7, 'SELECT 1', []), invalid);
    assert.deepEqual(guest.open('default'), ok(0));
    assert.deepEqual(guest.open('other'), err({ tag: 'access-denied' }));
  });

  test('3: changes and the last rowid, of the connection', async t => {
    const { functions, open } = await bootSqlite(t, { path: fileIn(t) });
    const guest = functions(sqliteV3);
    const one = opened(guest['[static]connection.open']('default'));
    const counts = (connection = one): readonly [bigint, bigint] => [
      guest['[method]connection.last-insert-rowid'](connection),
      guest['[method]connection.changes'](connection),
    ];
    assert.deepEqual(counts(), [0n, 0n]);
    const run = (sql: string) => guest['[method]connection.execute'](one, sql, []);
    await run('CREATE TABLE t (a INTEGER PRIMARY KEY)');
    assert.deepEqual(counts(), [0n, 0n]);
    await run('INSERT INTO t VALUES (9007199254740993)');
    assert.deepEqual(counts(), [9007199254740993n, 1n]);
    await run('INSERT INTO t VALUES (1), (2), (3)');
    assert.deepEqual(counts(), [3n, 3n]);
    await run('SELECT * FROM t');
    assert.deepEqual(counts(), [3n, 3n]);
    await run('UPDATE t SET a = a + 10 WHERE a < 3');
    assert.deepEqual(counts(), [3n, 2n]);
    assert.deepEqual(await run('SELECT last_insert_rowid(), changes()'), {
      tag: 'ok',
      val: { columns: ['last_insert_rowid()', 'changes()'], rows: [{ values: [integer(3n), integer(2n)] }] },
    });
    assert.deepEqual(counts(open()), [0n, 0n]);
    assert.equal(await guest['[method]connection.changes-async'](one), 2n);
    assert.equal(await guest['[method]connection.last-insert-rowid-async'](one), 3n);
  });

  test('3.1: rows as a stream', async t => {
    const { functions, state } = await bootSqlite(t);
    const guest = functions(sqliteV3);
    const connection = opened(await guest['[static]connection.open-async']('default'));
    const run = (sql: string) => guest['[method]connection.execute-async'](connection, sql, []);
    const answer = await run('SELECT 1 AS a UNION SELECT 2');
    assert.equal(answer.tag, 'ok');
    const [columns, rows, end] = answer.val;
    assert.deepEqual(columns, ['a']);
    assert.deepEqual(rows.read(1), [{ values: [integer(1n)] }]);
    assert.ok(state.streamedBytes > 0);
    assert.deepEqual([rows.read(9), rows.ended], [[{ values: [integer(2n)] }], true]);
    assert.equal(state.streamedBytes, 0);
    assert.deepEqual(end.settled, { value: okay });
    assert.equal((await run('nonsense')).tag, 'err');
    // Statements of one connection run in the order in which they were given.
    const order = await Promise.all([run('CREATE TABLE t (a)'), run('INSERT INTO t VALUES (1)'), run('SELECT a FROM t')]);
    assert.deepEqual(
      order.map(({ tag }) => tag),
      ['ok', 'ok', 'ok'],
    );
    // What is not read is bounded.
    const large = 'SELECT zeroblob(70000000)';
    assert.equal((await run(large)).tag, 'ok');
    assert.deepEqual(await run(large), err({ tag: 'io', val: 'query result exceeds limit of 134217728 bytes' }));
  });
});

describe('the end of an invocation', () => {
  test('rolls back what is not committed and closes', async t => {
    const path = fileIn(t);
    const { host, begin } = await bootSqlite(t, { path });
    const [first, second] = [begin(), begin()];
    const functions = sqlite.provides.find(one => one.wit === sqliteV2)?.functions;
    const call = (name: string, ...args: unknown[]): unknown =>
      (functions?.[name] as ((...all: unknown[]) => unknown) | undefined)?.(...args);
    const openIn = (state: unknown) => opened(call('[static]connection.open', state, 'default') as never);
    const run = async (connection: unknown, sql: string) =>
      (await call('[method]connection.execute', undefined, connection, sql, [])) as { tag: string; val: { rows: unknown[] } };
    const one = openIn(first);
    await run(one, 'CREATE TABLE t (a)');
    await run(one, 'BEGIN IMMEDIATE');
    await run(one, 'INSERT INTO t VALUES (1)');
    const other = openIn(second);
    host.end?.(first);
    // At once, not after the time that one waits for a lock.
    const began = performance.now();
    assert.equal((await run(other, 'INSERT INTO t VALUES (2)')).tag, 'ok');
    assert.ok(performance.now() - began < 2000);
    const rows = await run(other, 'SELECT a FROM t');
    assert.deepEqual(rows.val.rows, [{ values: [integer(2n)] }]);
    assert.equal((await run(one, 'SELECT 1')).tag, 'err');
  });
});

describe('at start', () => {
  test('an app that uses no database makes no file and starts no process', async t => {
    const path = fileIn(t);
    const { state } = await bootSqlite(t, { path, components: [{}] });
    assert.equal(state.client, undefined);
    assert.equal(existsSync(join(path, '..')), false);
  });

  test('a label that is not defined is refused, with the one that was meant', async t => {
    const boot = (name: string) => bootSqlite(t, { components: [{ sqliteDatabases: [label(name)] }] });
    await assert.rejects(boot('defualt'), (error: unknown) => {
      assert.ok(error instanceof TspinError);
      assert.equal(error.code, 'unknown-database-label');
      assert.deepEqual(error.help, ['did you mean "default"?']);
      return true;
    });
    await assert.rejects(boot('warehouse'), { code: 'unknown-database-label', message: /"stub" uses .* "warehouse"/ });
  });

  test('a file that is no database is refused', async t => {
    const path = join(temporaryFolder(t), 'text.db');
    writeFileSync(path, 'not a database\n'.repeat(100));
    await assert.rejects(bootSqlite(t, { path }), { code: 'sqlite-database-unusable', message: /file is not a database/ });
  });

  test('--sqlite runs all statements in order, although no component may use the database', async t => {
    const path = fileIn(t);
    const initialSql = [
      { sql: 'CREATE TABLE t (a); INSERT INTO t VALUES (1)', label: 'default', flag: '--sqlite' },
      { sql: 'INSERT INTO t VALUES (2)', label: 'default', flag: '--sqlite' },
    ];
    const { host } = await bootSqlite(t, { path, components: [{}], app: { initialSql } });
    await host.close?.();
    const { open, execute } = await bootSqlite(t, { path });
    assert.deepEqual(await execute(open(), 'SELECT a FROM t'), [[1n], [2n]]);
  });

  test('--sqlite fails with what SQLite said, and which flag it was', async t => {
    const boot = (sql: string, name = 'default') =>
      bootSqlite(t, { app: { initialSql: [{ sql, label: name, flag: '--sqlite @x.sql' }] } });
    await assert.rejects(boot('CREATE TABLE t (a); INSERT INTO u VALUES (1)'), {
      code: 'initial-sqlite',
      message: '--sqlite @x.sql failed on the database "default": no such table: u',
    });
    await assert.rejects(boot('SELECT 1', 'defalt'), { code: 'initial-sqlite', help: ['did you mean "default"?'] });
  });
});

test('the file is as Spin keeps it, and another program reads and writes it meanwhile', { skip: withoutPython() }, async t => {
  const path = fileIn(t);
  const { open, execute } = await bootSqlite(t, { path });
  const connection = open();
  await execute(connection, 'CREATE TABLE t (a)');
  await execute(connection, "INSERT INTO t VALUES ('ours')");
  assert.equal(
    withPython(path, 'print(db.execute("PRAGMA journal_mode").fetchone()[0], db.execute("SELECT a FROM t").fetchall())'),
    "delete [('ours',)]",
  );
  withPython(path, `db.execute("INSERT INTO t VALUES ('theirs')")`);
  assert.deepEqual(await execute(connection, 'SELECT a FROM t'), [['ours'], ['theirs']]);
  assert.deepEqual([existsSync(`${path}-wal`), existsSync(`${path}-journal`)], [false, false]);
  assert.deepEqual(await execute(connection, 'PRAGMA synchronous'), [[2n]]);
});

test('a file that was replaced is opened anew', async t => {
  const path = fileIn(t);
  const { open, execute } = await bootSqlite(t, { path });
  await execute(open(), 'CREATE TABLE t (a)');
  assert.deepEqual(await execute(open(), 'SELECT count(*) FROM sqlite_schema'), [[1n]]);
  rmSync(path);
  assert.deepEqual(await execute(open(), 'SELECT count(*) FROM sqlite_schema'), [[0n]]);
});
