// Another program holds the write lock: reads go on, writes wait, and too long a wait is an error for the guest alone.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { busyTimeoutMs } from '../../src/host/key-value/writer-file.ts';
import { createSpinTable, holdWriteLock, withoutPython, withPython } from './other-client.ts';
import { beginPost } from './post-in-parts.ts';
import { databaseOf, keyValueApp, launch, newDatabaseOf, startServer } from './server.ts';

/** How long the lock is held at least, while reads go on. Less than a write waits for it. */
const holdMs = 2_000;

describe('while another program holds the write lock', { skip: withoutPython() }, () => {
  test('GETs are answered, and the POST that waits succeeds when the lock is free', async t => {
    const folder = keyValueApp(t);
    const server = await startServer(t, folder);
    assert.equal((await server.post('k', 'old')).status, 200);
    const lock = await holdWriteLock(t, databaseOf(folder));
    const order: string[] = [];
    const posted = server.post('k', 'new').then(response => order.push(`POST ${response.status}`));
    const until = performance.now() + holdMs;
    let reads = 0;
    while (performance.now() < until) {
      assert.equal(await (await server.get('k')).text(), 'old');
      reads += 1;
    }
    t.diagnostic(`${reads} reads while a write waited`);
    order.push('reads');
    await lock.release();
    order.push('released');
    await posted;
    assert.deepEqual(order.slice(0, 1), ['reads']);
    assert.ok(order.includes('POST 200'), order.join());
    assert.equal(await (await server.get('k')).text(), 'new');
    await server.stop();
  });

  test('for longer than a write waits, the guest gets an error, and the next write succeeds', async t => {
    const folder = keyValueApp(t);
    const server = await startServer(t, folder);
    const lock = await holdWriteLock(t, databaseOf(folder));
    const response = await server.post('k', 'v');
    assert.equal(response.status, 500);
    assert.match(await response.text(), /^Error::Other\("database is locked: another program is writing to the key-value file/);
    assert.equal((await server.get('k')).status, 404);
    await lock.release();
    assert.equal((await server.post('k', 'v')).status, 200);
    await server.stop();
  });

  test('a guest that was told of a write which then fails gets no word out, and the next is told itself', async t => {
    const folder = keyValueApp(t);
    const server = await startServer(t, folder);
    // The first of all is waited for: from then on the store is taken to keep what it is given.
    assert.equal((await server.post('k', 'old')).status, 200);
    const lock = await holdWriteLock(t, databaseOf(folder));
    const first = await server.post('k', 'new');
    assert.deepEqual([first.status, await first.text()], [500, '']);
    await server.said('a write that the guest was told is done failed: database is locked');
    const second = await server.post('k', 'new');
    assert.equal(second.status, 500);
    assert.match(await second.text(), /^Error::Other\("database is locked/);
    await lock.release();
    assert.equal(await (await server.get('k')).text(), 'old');
    assert.equal((await server.post('k', 'new')).status, 200);
    await server.stop();
  });

  test('a second Ctrl-C ends tspin without a wait for the lock', async t => {
    const folder = keyValueApp(t);
    const server = await startServer(t, folder);
    const lock = await holdWriteLock(t, databaseOf(folder));
    const posting = await beginPost(t, server, '/k', 'half');
    posting.socket.write('done');
    // Said when a stop has a request to wait for.
    server.signal('SIGINT');
    await server.said('press Ctrl-C again to stop at once');
    const asked = performance.now();
    server.signal('SIGINT');
    assert.deepEqual(await server.ended, { code: 130, signal: null });
    const waitedMs = performance.now() - asked;
    assert.ok(waitedMs < busyTimeoutMs / 2, `it took ${Math.round(waitedMs)} ms`);
    assert.equal(await posting.answer, '');
    await lock.release();
  });

  test('a start waits for it, and serves when it is free', async t => {
    const folder = keyValueApp(t);
    const database = newDatabaseOf(folder);
    withPython(database, createSpinTable);
    const lock = await holdWriteLock(t, database);
    const starting = launch(t, folder);
    // The time in which it would have given up at once: another server, on its own folder, has started meanwhile.
    const other = await startServer(t, keyValueApp(t));
    await lock.release();
    const response = await fetch(`${await starting.url}/k`, { method: 'POST', body: 'v' });
    assert.equal(response.status, 200);
    starting.signal('SIGINT');
    assert.deepEqual(await starting.ended, { code: 0, signal: null });
    await other.stop();
  });
});
