// The queue to the storage thread, spoken to over a port without a thread behind it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test, type TestContext } from 'node:test';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { statePlace } from '../../../src/host/key-value/used-files.ts';
import { unpackWrites } from '../../../src/host/key-value/packed-writes.ts';
import { Writer } from '../../../src/host/key-value/writer.ts';
import type { FromWriter, ToWriter } from '../../../src/host/key-value/writer-messages.ts';

describe('the writer', () => {
  test('sends the sets of one turn together, in order', async t => {
    const { writer, thread } = await openWriter(t);
    const written = ['a', 'b', 'c'].map(key => writer.set('default', key, Uint8Array.of(1)));
    assert.deepEqual(keysOf(await thread.next()), ['a', 'b', 'c']);
    thread.say({ kind: 'done', outcomes: [], commits: 1 });
    await Promise.all(written);
    assert.equal(writer.commits, 1);
  });

  test('keeps a set that finds the queue full until there is room, and no later one overtakes it', async t => {
    const { writer, thread } = await openWriter(t, 1_000);
    const order: string[] = [];
    const written = [600, 600, 1].map((size, index) =>
      writer.set('default', String(index), new Uint8Array(size)).then(() => order.push(String(index))),
    );
    assert.deepEqual(keysOf(await thread.next()), ['0']);
    thread.say({ kind: 'done', outcomes: [], commits: 1 });
    assert.deepEqual(keysOf(await thread.next()), ['1', '2']);
    assert.deepEqual(order, ['0']);
    thread.say({ kind: 'done', outcomes: [], commits: 2 });
    await Promise.all(written);
    assert.deepEqual(order, ['0', '1', '2']);
  });

  test('sends a set that is larger than the whole queue alone', async t => {
    const { writer, thread } = await openWriter(t, 100);
    const written = [writer.set('default', 'large', new Uint8Array(1_000)), writer.set('default', 'next', new Uint8Array(1))];
    assert.deepEqual(keysOf(await thread.next()), ['large']);
    thread.say({ kind: 'done', outcomes: [], commits: 1 });
    assert.deepEqual(keysOf(await thread.next()), ['next']);
    thread.say({ kind: 'done', outcomes: [], commits: 2 });
    await Promise.all(written);
  });

  test('gives each set its own failure', async t => {
    const { writer, thread } = await openWriter(t);
    const written = ['a', 'b'].map(key => writer.set('default', key, Uint8Array.of(1)));
    await thread.next();
    thread.say({
      kind: 'done',
      outcomes: [[1, { kind: 'failed', failure: { code: 'SQLITE_FULL', message: 'database or disk is full' } }]],
      commits: 1,
    });
    const [a, b] = await Promise.all(written);
    assert.equal(a?.tag, 'ok');
    assert.deepEqual(b, {
      tag: 'err',
      val: { kind: 'failed', message: 'database or disk is full: the key-value file cannot grow' },
    });
  });

  test('fails what is under way and what comes later when the thread has died', async t => {
    const { writer, thread } = await openWriter(t, 100);
    const underWay = writer.set('default', 'sent', new Uint8Array(200));
    const waiting = writer.set('default', 'waiting', new Uint8Array(200));
    await thread.next();
    thread.port.close();
    const ended = { tag: 'err', val: { kind: 'failed', message: 'the storage thread has ended' } };
    assert.deepEqual(await Promise.all([underWay, waiting]), [ended, ended]);
    assert.deepEqual(await writer.set('default', 'later', new Uint8Array(1)), ended);
    assert.equal(await writer.close(), undefined);
  });
});

const keysOf = (message: ToWriter): string[] =>
  message.kind === 'writes' ? unpackWrites(message.writes).map(write => ('key' in write ? write.key : write.kind)) : [];

interface StubThread {
  readonly port: MessagePort;
  say(message: FromWriter): void;
  next(): Promise<ToWriter>;
}

async function openWriter(t: TestContext, queueBytesMax?: number): Promise<{ writer: Writer; thread: StubThread }> {
  const { port1, port2 } = new MessageChannel();
  t.after(() => port2.close());
  const thread: StubThread = {
    port: port2,
    say: message => port2.postMessage(message, []),
    next: async () => (await once(port2, 'message'))[0] as ToWriter,
  };
  const opening = Writer.open(port1, statePlace('/state/sqlite_key_value.db'), queueBytesMax);
  thread.say({ kind: 'opened', journalMode: 'wal' });
  return { writer: await opening, thread };
}
