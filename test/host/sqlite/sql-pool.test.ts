// The processes in which statements run: slow ones hold up nobody, none runs on for ever, locks are waited for without blocking.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import { deserialize } from 'node:v8';
import { describe, test, type TestContext } from 'node:test';
import { connectToPool } from '../../../src/host/sqlite/pool-port.ts';
import { SqlClient } from '../../../src/host/sqlite/sql-client.ts';
import { SqlPool, type PooledConnection, type SqlPoolOptions } from '../../../src/host/sqlite/sql-pool.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { endless } from './helpers.ts';

/** Runs for a second or some, on any machine. */
const slow = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 4000000) SELECT count(*) FROM c';

function bootPool(t: TestContext, options: Partial<SqlPoolOptions> = {}) {
  const warnings: string[] = [];
  const pool = new SqlPool({ warn: message => void warnings.push(message), ...options });
  t.after(() => pool.close());
  const database = { path: join(temporaryFolder(t), 'x.db'), allowAttachFile: false };
  /** The rows, or the error's text. */
  const run = async (connection: PooledConnection, sql: string): Promise<unknown> => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    pool.execute(connection, { database, sql, parameters: [] }, outcome =>
      resolve(outcome.kind === 'failed' ? outcome.reason : deserialize(outcome.result.rows)),
    );
    return promise;
  };
  return { pool, database, run, warnings };
}

describe('a slow statement', () => {
  test('does not hold up others, also those that write', async t => {
    const { pool, run } = bootPool(t);
    await run(pool.connection(), 'CREATE TABLE t (a)');
    const running = run(pool.connection(), slow);
    // It has its process by now.
    await delay(50);
    let longest = 0;
    for (let step = 0; step < 20; step += 1) {
      const began = performance.now();
      const connection = pool.connection();
      await run(connection, step % 2 === 0 ? 'SELECT count(*) FROM t' : 'INSERT INTO t VALUES (1)');
      pool.release(connection);
      // The first starts a process.
      if (step > 0) longest = Math.max(longest, performance.now() - began);
    }
    let isOver = false;
    void running.then(() => (isOver = true));
    await delay(0);
    assert.equal(isOver, false, 'the slow one was not slow');
    assert.ok(longest < 500, `${longest} ms`);
    assert.equal(pool.processes, 2);
    assert.deepEqual(await running, [[4_000_000n]]);
  });

  test('does not hold up a connection that has read in its process before', async t => {
    const { pool, run } = bootPool(t);
    const reader = pool.connection();
    assert.deepEqual(await run(reader, 'SELECT 1'), [[1n]]);
    const running = run(pool.connection(), slow);
    await delay(20);
    assert.deepEqual(await Promise.race([run(reader, 'SELECT 2'), running]), [[2n]]);
    await running;
  });

  test('waits only when all processes are at work', async t => {
    const { pool, run } = bootPool(t, { processesMax: 2 });
    const order: string[] = [];
    const one = run(pool.connection(), slow).then(() => order.push('slow'));
    const two = run(pool.connection(), slow).then(() => order.push('slow'));
    const quick = run(pool.connection(), 'SELECT 1').then(() => order.push('quick'));
    await Promise.all([one, two, quick]);
    assert.equal(pool.processes, 2);
    assert.equal(order[0], 'slow');
  });
});

describe('a statement whose connection is released', () => {
  test('is ended with its process, and what others held there is lost; the rest goes on', async t => {
    const { pool, run, warnings } = bootPool(t, { graceMs: 300, processesMax: 1 });
    const held = pool.connection();
    await run(held, 'CREATE TABLE t (a)');
    await run(held, 'BEGIN');
    await run(held, 'INSERT INTO t VALUES (1)');
    const runaway = pool.connection();
    const ended = run(runaway, endless);
    await delay(50);
    const waiting = run(pool.connection(), 'SELECT 1');
    const began = performance.now();
    pool.release(runaway);
    assert.equal(await ended, 'the connection is closed');
    assert.ok(performance.now() - began > 250);
    assert.deepEqual(await waiting, [[1n]]);
    assert.match(String(await run(held, 'COMMIT')), /the connection was lost, and what it did not commit is rolled back/);
    assert.deepEqual(await run(pool.connection(), 'SELECT count(*) FROM t'), [[0n]]);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /ran on for 300 ms after its request was over and was ended: "WITH RECURSIVE/);
  });

  test('is left alone when it ends by itself, or has not begun', async t => {
    const { pool, run, warnings } = bootPool(t, { processesMax: 1, graceMs: 60_000 });
    await run(pool.connection(), 'CREATE TABLE t (a)');
    const one = pool.connection();
    const running = run(one, slow);
    const two = pool.connection();
    const queued = run(two, 'INSERT INTO t VALUES (1)');
    await delay(20);
    pool.release(one);
    pool.release(two);
    assert.equal(await queued, 'the connection is closed');
    await running;
    assert.deepEqual(await run(pool.connection(), 'SELECT count(*) FROM t'), [[0n]]);
    assert.deepEqual(warnings, []);
  });

  test('is rolled back in a transaction', async t => {
    const { pool, run } = bootPool(t);
    const one = pool.connection();
    await run(one, 'CREATE TABLE t (a)');
    await run(one, 'BEGIN EXCLUSIVE');
    await run(one, 'INSERT INTO t VALUES (1)');
    pool.release(one);
    assert.deepEqual(await run(pool.connection(), 'SELECT count(*) FROM t'), [[0n]]);
  });
});

describe('a lock', () => {
  test('of a connection in the same process is waited for, and the process is free meanwhile', async t => {
    const { pool, run } = bootPool(t, { processesMax: 1 });
    const [one, two] = [pool.connection(), pool.connection()];
    await run(one, 'CREATE TABLE t (a)');
    await run(two, "INSERT INTO t VALUES ('two')");
    await run(one, 'BEGIN IMMEDIATE');
    const waiting = run(two, "INSERT INTO t VALUES ('two again')");
    await delay(300);
    await run(one, "INSERT INTO t VALUES ('one')");
    await run(one, 'COMMIT');
    assert.deepEqual(await waiting, []);
    assert.deepEqual(await run(one, 'SELECT a FROM t'), [['two'], ['one'], ['two again']]);
  });

  test('is waited for as long as busy_timeout says, which is 5 s', async t => {
    const { pool, run, database } = bootPool(t, { processesMax: 1 });
    const one = pool.connection();
    await run(one, 'CREATE TABLE t (a)');
    assert.deepEqual(await run(one, 'PRAGMA busy_timeout'), [[5000n]]);
    assert.deepEqual(await run(one, 'PRAGMA busy_timeout = 200'), [[200n]]);
    const other = new DatabaseSync(database.path);
    other.exec('BEGIN EXCLUSIVE');
    const began = performance.now();
    assert.equal(await run(one, 'INSERT INTO t VALUES (1)'), 'database is locked');
    const ms = performance.now() - began;
    assert.ok(ms > 150 && ms < 2000, `${ms} ms`);
    // One that is released does not go on trying.
    const two = pool.connection();
    const trying = run(two, 'INSERT INTO t VALUES (2)');
    await delay(100);
    pool.release(two);
    assert.equal(await trying, 'the connection is closed');
    other.exec('ROLLBACK');
    other.close();
    assert.deepEqual(await run(one, 'SELECT count(*) FROM t'), [[0n]]);
  });

  test('that two wait for from each other is refused at once', async t => {
    const { pool, run } = bootPool(t);
    const [one, two] = [pool.connection(), pool.connection()];
    await run(one, 'CREATE TABLE t (a)');
    for (const connection of [one, two]) await run(connection, 'BEGIN');
    for (const connection of [one, two]) await run(connection, 'SELECT * FROM t');
    await run(one, 'INSERT INTO t VALUES (1)');
    const began = performance.now();
    assert.equal(await run(two, 'INSERT INTO t VALUES (2)'), 'database is locked');
    assert.ok(performance.now() - began < 2000);
    await run(two, 'ROLLBACK');
    assert.deepEqual(await run(one, 'COMMIT'), []);
  });

  test('of a reader holds up a COMMIT, which is tried again', async t => {
    const { pool, run } = bootPool(t);
    const [writer, reader] = [pool.connection(), pool.connection()];
    await run(writer, 'CREATE TABLE t (a)');
    await run(reader, 'BEGIN');
    await run(reader, 'SELECT * FROM t');
    await run(writer, 'BEGIN');
    await run(writer, 'INSERT INTO t VALUES (1)');
    const commit = run(writer, 'COMMIT');
    await delay(200);
    await run(reader, 'COMMIT');
    assert.deepEqual(await commit, []);
  });
});

describe('a process', () => {
  test('that takes too much memory is ended, and a new one takes its place', { timeout: 120_000 }, async t => {
    const { pool, run, warnings } = bootPool(t);
    const hungry = pool.connection();
    await run(hungry, "ATTACH ':memory:' AS m");
    await run(hungry, 'CREATE TABLE m.t (a)');
    const fill =
      'INSERT INTO m.t WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT randomblob(1000000) FROM c';
    assert.match(String(await run(hungry, fill)), /the connection was lost.*more than 1073741824 bytes of memory/);
    assert.match(warnings.join('\n'), /an SQLite process has ended/);
    assert.deepEqual(await run(pool.connection(), 'SELECT 1'), [[1n]]);
  });

  test('ends in the middle of a statement when the app stops', async t => {
    const { pool, run } = bootPool(t);
    await run(pool.connection(), 'SELECT 1');
    const running = run(pool.connection(), endless);
    await delay(100);
    const began = performance.now();
    await pool.close();
    assert.ok(performance.now() - began < 3000);
    assert.match(String(await running), /did not stop/);
    assert.equal(await run(pool.connection(), 'SELECT 1'), 'the app is stopping');
  });
});

test('a thread that is gone leaves nothing behind', async t => {
  const { pool, run, database } = bootPool(t);
  await run(pool.connection(), 'CREATE TABLE t (a)');
  const port = connectToPool(pool);
  const client = new SqlClient(port);
  const connection = client.connect();
  const execute = (sql: string) => client.execute(connection, { database, sql, parameters: [] });
  await execute('BEGIN EXCLUSIVE');
  assert.equal((await execute('INSERT INTO t VALUES (1)')).kind, 'rows');
  const pending = execute(slow);
  port.close();
  assert.deepEqual(await pending, { kind: 'failed', reason: 'SQLite has been stopped' });
  assert.deepEqual(await run(pool.connection(), 'SELECT count(*) FROM t'), [[0n]]);
});

test('statements beyond what may wait are refused', async t => {
  const { pool, run } = bootPool(t, { processesMax: 1 });
  const running = run(pool.connection(), slow);
  const many = Array.from({ length: 10_010 }, () => run(pool.connection(), 'SELECT 1'));
  const answers = await Promise.all(many);
  assert.equal(answers.filter(answer => answer === 'too many statements are waiting for SQLite').length, 11);
  await running;
});
