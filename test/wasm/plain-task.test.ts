// What stands between jco's code and the end of a WASI 0.3 task.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlainTask } from '../../src/wasm/plain-task.ts';

test('a task is over when it ended, or failed with its error', async () => {
  const ended = new PlainTask();
  ended.ended();
  await ended.over();
  const failed = new PlainTask();
  failed.failed(new WebAssembly.RuntimeError('unreachable'));
  await assert.rejects(failed.over(), /unreachable/);
});

test('its timers run until it is stopped, and none that are asked for later', async () => {
  const task = new PlainTask();
  const calls: string[] = [];
  await new Promise<void>(resolve => {
    task.setTimeout(() => {
      calls.push('timeout');
      resolve();
    }, 10);
  });
  await new Promise<void>(resolve => {
    const interval = task.setInterval(() => {
      calls.push('interval');
      task.clearInterval(interval);
      resolve();
    });
  });
  task.setInterval(() => calls.push('stopped'));
  task.setTimeout(() => calls.push('stopped'));
  task.stop();
  task.setInterval(() => calls.push('late'));
  task.setTimeout(() => calls.push('late'));
  await new Promise(resolve => setTimeout(resolve, 20));
  assert.deepEqual(calls, ['timeout', 'interval']);
});
