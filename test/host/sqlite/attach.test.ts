// No statement reaches a file but the database's own (spin-behaviour 3.4), however it is written.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { temporaryFolder } from '../../temporary-folder.ts';
import { bootSqlite, text } from './helpers.ts';

interface Files {
  readonly folder: string;
  /** The database's own. */
  readonly path: string;
  /** Somebody else's, with a table `secret`. */
  readonly other: string;
  /** Where nothing is. */
  readonly none: string;
}

function files(t: TestContext): Files {
  const folder = temporaryFolder(t);
  const other = join(folder, 'other.db');
  const database = new DatabaseSync(other);
  database.exec("CREATE TABLE secret (word); INSERT INTO secret VALUES ('sesame')");
  database.close();
  return { folder, path: join(folder, 'own.db'), other, none: join(folder, 'none.db') };
}

/** Each must be refused. */
const attempts = ({ other, none }: Files): readonly string[] => [
  `ATTACH '${other}' AS a`,
  `ATTACH DATABASE '${other}' AS a`,
  `attach database "${other}" as a`,
  `aTtAcH\t'${other}'\fAS\ra`,
  `/* ATTACH '' AS a */ ATTACH '${other}' AS a`,
  `-- a comment\nATTACH '${other}' AS a`,
  `;;ATTACH '${other}' AS a`,
  `\ufeffATTACH '${other}' AS a`,
  `EXPLAIN ATTACH '${other}' AS a`,
  `EXPLAIN QUERY PLAN ATTACH '${other}' AS a`,
  `ATTACH '${other}' AS a KEY 'k'`,
  `ATTACH 'file:${other}' AS a`,
  `ATTACH 'file:${other}?mode=ro' AS a`,
  `ATTACH 'file::memory:?cache=shared' AS a`,
  `ATTACH 'file:?vfs=unix' AS a`,
  `ATTACH ':memory: ' AS a`,
  `ATTACH ':MEMORY:' AS a`,
  `ATTACH './own.db' AS a`,
  `ATTACH own AS a`,
  `ATTACH '/' || 'etc/passwd' AS a`,
  `ATTACH (SELECT '${other}') AS a`,
  `ATTACH (SELECT '') AS a`,
  `ATTACH CASE WHEN 1 THEN '${other}' END AS a`,
  `ATTACH x'2f746d702f61' AS a`,
  `ATTACH NULL AS a`,
  `VACUUM INTO '${none}'`,
  `vacuum main into '${none}'`,
  `VACUUM INTO '${none.slice(0, 4)}' || '${none.slice(4)}'`,
  `/* */ VACUUM /* INTO */ INTO (SELECT '${none}')`,
  `EXPLAIN VACUUM INTO '${none}'`,
  `PRAGMA temp_store_directory = '/etc'`,
  `PRAGMA main.temp_store_directory = '/etc'`,
  `PRAGMA Temp_Store_Directory('/etc')`,
  `PRAGMA data_store_directory = '/etc'`,
  `PRAGMA hard_heap_limit = 1`,
  `PRAGMA soft_heap_limit = 1`,
  `SELECT * FROM pragma_soft_heap_limit(1)`,
  `SELECT load_extension('${none}')`,
  `SELECT load_extension('${none}', 'sqlite3_init')`,
  `SELECT readfile('${other}')`,
  `SELECT writefile('${none}', 'x')`,
  `SELECT edit('x')`,
  `SELECT * FROM fsdir('/')`,
  `CREATE VIRTUAL TABLE temp.c USING csv(filename='${other}')`,
  `CREATE VIRTUAL TABLE z USING zipfile('${other}')`,
  `CREATE VIRTUAL TABLE f USING fts3(tokenize=icu)`,
  `SELECT fts3_tokenizer('x', x'4141414141414141')`,
  `.import ${other} t`,
];

test('whatever would reach another file is refused', async t => {
  const places = files(t);
  const { open, execute } = await bootSqlite(t, { path: places.path });
  const connection = open();
  await execute(connection, 'CREATE TABLE t (a)');
  const before = readdirSync(places.folder);
  for (const sql of attempts(places)) {
    const answer = await execute(connection, sql);
    // EXPLAIN of a VACUUM only describes it.
    const harmless = sql.startsWith('EXPLAIN VACUUM') && Array.isArray(answer);
    if (!harmless) assert.equal(typeof answer, 'string', `${sql} gave ${JSON.stringify(answer)}`);
    if (/^\W*(attach|vacuum|explain (query plan )?attach)/i.test(sql) && !harmless) assert.match(String(answer), /authoriz/, sql);
    const databases = (await execute(connection, 'SELECT name FROM pragma_database_list')) as [string][];
    assert.deepEqual(
      databases.map(([name]) => name).filter(name => name !== 'temp'),
      ['main'],
      sql,
    );
    assert.match(String(await execute(connection, 'SELECT * FROM a.secret')), /no such table/, sql);
  }
  for (const sql of ['ATTACH ? AS a', 'VACUUM INTO ?', 'ATTACH :file AS a']) {
    assert.match(String(await execute(connection, sql, text(places.other))), /authoriz/, sql);
  }
  assert.deepEqual(readdirSync(places.folder), before);
});

test('what follows a statement is not run', async t => {
  const places = files(t);
  const { open, execute } = await bootSqlite(t, { path: places.path });
  const connection = open();
  assert.deepEqual(await execute(connection, `SELECT 1; ATTACH '${places.other}' AS a`), [[1n]]);
  assert.deepEqual(await execute(connection, `SELECT 1\0; ATTACH '${places.other}' AS a`), [[1n]]);
  assert.match(String(await execute(connection, 'SELECT * FROM a.secret')), /no such table/);
});

test('a trigger or a view does not attach either', async t => {
  const places = files(t);
  const { open, execute } = await bootSqlite(t, { path: places.path });
  const connection = open();
  await execute(connection, 'CREATE TABLE t (a)');
  const trigger = `CREATE TRIGGER r AFTER INSERT ON t BEGIN ATTACH '${places.other}' AS a; END`;
  assert.match(String(await execute(connection, trigger)), /syntax error/);
  await execute(connection, `CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT load_extension('${places.none}'); END`);
  assert.match(String(await execute(connection, 'INSERT INTO t VALUES (1)')), /unsafe use of load_extension/);
});

test('a temporary database and one in memory may be attached, and VACUUM works', async t => {
  const { open, execute } = await bootSqlite(t, { path: files(t).path });
  const connection = open();
  assert.deepEqual(await execute(connection, "ATTACH '' AS a"), []);
  assert.deepEqual(await execute(connection, "ATTACH DATABASE ':memory:' AS b"), []);
  assert.deepEqual(await execute(connection, 'CREATE TABLE a.t (x)'), []);
  assert.deepEqual(await execute(connection, 'CREATE TABLE b.t (x)'), []);
  assert.deepEqual(await execute(connection, 'DETACH a'), []);
  assert.deepEqual(await execute(connection, 'VACUUM'), []);
});

test('allow_attach_file allows it, and nothing else', async t => {
  const places = files(t);
  const { open, execute } = await bootSqlite(t, { path: places.path, allowAttachFile: true });
  const connection = open();
  assert.deepEqual(await execute(connection, 'ATTACH ? AS a', text(places.other)), []);
  assert.deepEqual(await execute(connection, 'SELECT word FROM a.secret'), [['sesame']]);
  assert.deepEqual(await execute(connection, `VACUUM INTO '${places.none}'`), []);
  assert.ok(existsSync(places.none));
  assert.match(String(await execute(connection, "PRAGMA temp_store_directory = '/etc'")), /not authorized/);
  assert.match(String(await execute(connection, `SELECT load_extension('${places.none}')`)), /not authorized/);
});
