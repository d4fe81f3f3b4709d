import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Ticker } from '../../src/runtime/ticker.ts';
import { WorkCount } from '../../src/runtime/work.ts';
import { Preemption } from '../../src/wasm/fast/preemption.ts';

function atWork(t: TestContext): { ticker: Ticker; ticked: () => Promise<boolean> } {
  const preemption = new Preemption();
  const ticker = new Ticker(preemption.memory);
  t.after(() => ticker.close());
  new WorkCount(preemption.memory).began();
  const words = new Int32Array(preemption.memory.buffer);
  return {
    ticker,
    /** Whether a tick came within half a second since the last time. */
    async ticked() {
      words[0] = 0;
      const until = performance.now() + 500;
      while (Atomics.load(words, 0) === 0 && performance.now() < until) await new Promise(resolve => setTimeout(resolve, 1));
      return Atomics.load(words, 0) !== 0;
    },
  };
}

test('it ticks from the start, before its thread has started and after', async t => {
  const { ticker, ticked } = atWork(t);
  ticker.startSoon();
  const began = performance.now();
  while (performance.now() - began < 600) assert.equal(await ticked(), true);
});

test('it does not tick when it is closed before its thread has started', async t => {
  const { ticker, ticked } = atWork(t);
  ticker.startSoon();
  await ticker.close();
  assert.equal(await ticked(), false);
});
