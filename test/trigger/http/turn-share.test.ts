import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, test } from 'node:test';
import { TurnShare } from '../../../src/trigger/http/turn-share.ts';

describe("a turn's share for requests", () => {
  /** Takes `count` requests of `ms` each at once; gives how many had begun after each turn. */
  async function begun(count: number, ms: number): Promise<number[]> {
    let now = 0;
    const order: number[] = [];
    const share = new TurnShare(() => now);
    for (let number = 0; number < count; number += 1) {
      share.take(() => {
        order.push(number);
        now += ms;
      });
    }
    const counts = [order.length];
    while (order.length < count) {
      await nextTurn();
      counts.push(order.length);
    }
    assert.deepEqual(
      order,
      Array.from({ length: count }, (_, number) => number),
    );
    return counts;
  }

  test('is a millisecond for those that take their time, and one always begins', async () => {
    assert.deepEqual(await begun(6, 0.4), [3, 6]);
    assert.deepEqual(await begun(3, 25), [1, 2, 3]);
  });

  test('is longer for quick ones', async () => {
    const [first = 0, second = 0] = await begun(300, 0.03);
    assert.ok(first > 100 && first < 140, `${first} in the first turn`);
    assert.ok(second > 200 && second < 280, `${second} after the second`);
  });

  test('is short while connections arrive', async () => {
    let now = 0;
    let ran = 0;
    const share = new TurnShare(() => now);
    const quick = (): void => void ((ran += 1), (now += 0.05));
    const perTurn: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      if (turn < 2) share.connectionArrived();
      for (let count = 0; count < 100; count += 1) share.take(quick);
      perTurn.push(ran);
      ran = 0;
      await nextTurn();
    }
    assert.deepEqual(perTurn.slice(0, 1), [4], 'the turn in which it arrives');
    // What waited goes first, in the same turn's share.
    assert.ok(ran + perTurn.slice(1).reduce((sum, count) => sum + count, 0) > 80, 'later turns are long again');
  });

  test('begins anew with each turn', async () => {
    let now = 0;
    let ran = 0;
    const share = new TurnShare(() => now);
    const slow = (): void => void ((ran += 1), (now += 5));
    share.take(slow);
    await nextTurn();
    share.take(slow);
    assert.equal(ran, 2);
    share.take(slow);
    assert.equal(ran, 2, 'the share of this turn is used up');
    await nextTurn();
    assert.equal(ran, 3);
  });
});
