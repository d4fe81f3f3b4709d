import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readyPollable, Wakeup } from '../../../src/host/io/pollable.ts';

test('one wake resolves everybody who waits', async () => {
  const wakeup = new Wakeup();
  const waits = [wakeup.wait(), wakeup.wait()];
  wakeup.wake();
  await Promise.all(waits);
});

test('a wake without anybody who waits is not kept for the next', async () => {
  const wakeup = new Wakeup();
  wakeup.wake();
  const wait = wakeup.wait().then(() => 'woken');
  assert.equal(await Promise.race([wait, new Promise(resolve => setImmediate(resolve, 'still waiting'))]), 'still waiting');
  wakeup.wake();
  assert.equal(await wait, 'woken');
});

test('whoever waits again after a wake waits for the next one', () => {
  const wakeup = new Wakeup();
  const first = wakeup.wait();
  assert.equal(wakeup.wait(), first);
  wakeup.wake();
  assert.notEqual(wakeup.wait(), first);
});

test('the ready pollable is ready and never waits', async () => {
  assert.equal(readyPollable.ready(), true);
  await readyPollable.wait();
});
