import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';

import { exitCodeOf, watchStopSignals } from '../../src/cli/stop-signals.ts';

const isSettled = async (promise: Promise<unknown>): Promise<boolean> =>
  (await Promise.race([promise, Promise.resolve('pending')])) !== 'pending';

test('the first signal asks to stop and the second one to stop at once', async () => {
  const source = new EventEmitter();
  using signals = watchStopSignals(source);
  source.emit('SIGINT');
  assert.equal(await signals.first, 'SIGINT');
  assert.equal(await isSettled(signals.second), false);
  source.emit('SIGINT');
  assert.equal(await signals.second, 'SIGINT');
});

test('one Ctrl-C that arrives from the terminal and from the launcher is one request', async () => {
  const source = new EventEmitter();
  using signals = watchStopSignals(source);
  source.emit('SIGINT');
  source.emit('SIGTERM');
  assert.equal(await isSettled(signals.second), false);
  source.emit('SIGINT');
  source.emit('SIGTERM');
  assert.equal(await signals.second, 'SIGINT');
});

test('signals have their default effect again after disposal', () => {
  const source = new EventEmitter();
  {
    using _signals = watchStopSignals(source);
    assert.equal(source.listenerCount('SIGTERM'), 1);
  }
  assert.deepEqual(source.eventNames(), []);
});

test('the exit code of a signal is that of shells', () => {
  assert.deepEqual([exitCodeOf('SIGHUP'), exitCodeOf('SIGINT'), exitCodeOf('SIGTERM')], [129, 130, 143]);
});
