import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Permits } from '../../src/runtime/permits.ts';

test('whoever comes too late to wait is refused at once', async () => {
  const permits = new Permits(1, 1);
  assert.equal(await permits.take(), true);
  const waiting = permits.take();
  assert.equal(await permits.take(), false);
  permits.give();
  assert.equal(await waiting, true);
});

test('a place in the queue is free again when its turn has come', async () => {
  const permits = new Permits(1, 1);
  await permits.take();
  const first = permits.take();
  permits.give();
  await first;
  const second = permits.take();
  permits.give();
  assert.equal(await second, true);
});

test('never more permits are taken than there are, and those who wait come in order', async () => {
  const permits = new Permits(2, 10);
  const order: number[] = [];
  const worker = async (index: number): Promise<void> => {
    assert.equal(await permits.take(), true);
    assert(permits.taken <= 2);
    order.push(index);
    await nextTurn();
    permits.give();
  };
  await Promise.all([0, 1, 2, 3, 4].map(worker));
  assert.deepEqual(order, [0, 1, 2, 3, 4]);
  assert.equal(permits.taken, 0);
});

test('a permit that is handed over counts as taken all the while', async () => {
  const permits = new Permits(1, 1);
  await permits.take();
  const waiting = permits.take();
  permits.give();
  assert.equal(permits.taken, 1);
  await waiting;
  assert.equal(permits.taken, 1);
});

test('idle resolves when the last permit is given back, not when one is handed over', async () => {
  const permits = new Permits(1, 1);
  await permits.idle();
  await permits.take();
  const waiting = permits.take();
  let idle = false;
  const told = permits.idle().then(() => (idle = true));
  permits.give();
  await waiting;
  await nextTurn();
  assert.equal(idle, false);
  permits.give();
  assert.equal(await told, true);
});
