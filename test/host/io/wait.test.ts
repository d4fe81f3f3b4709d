import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readyPollable } from '../../../src/host/io/pollable.ts';
import { pollAll, untilReady } from '../../../src/host/io/wait.ts';
import { Gate } from './fake-streams.ts';

test('waits for nothing, and makes no promise, when the pollable is ready', () => {
  assert.equal(untilReady(readyPollable), undefined);
});

test('a wake without readiness makes it wait again', async () => {
  const gate = new Gate();
  const wait = untilReady(gate);
  gate.wake();
  await Promise.resolve();
  await Promise.resolve();
  assert.equal(gate.waits, 2);
  gate.release();
  await wait;
});

test('poll gives the indices of all that are ready, at once', () => {
  assert.deepEqual(pollAll([new Gate(), new Gate(true), new Gate(), readyPollable]), [1, 3]);
});

test('poll gives an index twice when a pollable is given twice', () => {
  assert.deepEqual(pollAll([readyPollable, readyPollable]), [0, 1]);
});

test('poll waits for the first that becomes ready', async () => {
  const gates = [new Gate(), new Gate(), new Gate()] as const;
  const polled = pollAll(gates);
  gates[0].wake();
  gates[2].release();
  assert.deepEqual(await polled, [2]);
});
