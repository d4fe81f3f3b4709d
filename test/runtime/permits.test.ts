import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Permits, SharedPermits } from '../../src/runtime/permits.ts';

test('whoever comes too late to wait is refused at once', async () => {
  const permits = new Permits({ max: 1, waitingMax: 1 });
  assert.equal(await permits.take(), true);
  const waiting = permits.take();
  assert.equal(await permits.take(), false);
  permits.give();
  assert.equal(await waiting, true);
});

test('a place in the queue is free again when its turn has come', async () => {
  const permits = new Permits({ max: 1, waitingMax: 1 });
  await permits.take();
  const first = permits.take();
  permits.give();
  await first;
  const second = permits.take();
  permits.give();
  assert.equal(await second, true);
});

test('never more permits are taken than there are, and those who wait come in order', async () => {
  const permits = new Permits({ max: 2, waitingMax: 10 });
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
  const permits = new Permits({ max: 1, waitingMax: 1 });
  await permits.take();
  const waiting = permits.take();
  permits.give();
  assert.equal(permits.taken, 1);
  await waiting;
  assert.equal(permits.taken, 1);
});

test('idle resolves when the last permit is given back, not when one is handed over', async () => {
  const permits = new Permits({ max: 1, waitingMax: 1 });
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

test('components share a number of permits, and have their turns when one is given back', async () => {
  const shared = new SharedPermits({ max: 2, waitingMax: 3 });
  const [one, other] = [new Permits({ max: 2, waitingMax: 10 }, shared), new Permits({ max: 2, waitingMax: 10 }, shared)];
  assert.deepEqual([one.take(), one.take()], [true, true]);
  const order: string[] = [];
  const waiting = [one, one, other].map(async (permits, index) => {
    await permits.take();
    order.push(`${index} ${permits === one ? 'one' : 'other'}`);
    permits.give();
  });
  assert.equal(other.take(), false, 'all of them together wait for no more than three');
  one.give();
  await Promise.all(waiting);
  assert.deepEqual(order, ['0 one', '2 other', '1 one']);
  one.give();
  assert.deepEqual([one.taken, other.taken], [0, 0]);
  assert.deepEqual([other.take(), other.take(), other.take() instanceof Promise], [true, true, true]);
});

test('one component cannot take what another may have besides', () => {
  const shared = new SharedPermits({ max: 3, waitingMax: 10 });
  const [one, other] = [new Permits({ max: 2, waitingMax: 10 }, shared), new Permits({ max: 2, waitingMax: 10 }, shared)];
  assert.deepEqual([one.take(), one.take(), one.take() instanceof Promise, other.take()], [true, true, true, true]);
});
