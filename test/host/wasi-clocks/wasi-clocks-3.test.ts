// wasi:clocks 0.3 alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../../src/host/interface.ts';
import { declareClocks3 } from '../../../src/host/wasi-clocks/declarations-3.ts';
import { wasiClocks } from '../../../src/host/wasi-clocks/wasi-clocks.ts';
import { versions3 } from '../../../src/host/versions-3.ts';
import { bootHost } from '../harness.ts';
import { sameInterface } from '../same-interface.ts';

class TestClock implements Clock {
  nowNs = 5_000_000n;
  monotonicNow = (): bigint => this.nowNs;
  wallNowMs = (): number => 1_700_000_000_123.5;
}

for (const version of versions3) {
  test(`the time is the host's, and a wait that is over already suspends nobody, with ${version}`, async () => {
    const host = wasiClocks();
    const clock = new TestClock();
    const booted = await bootHost(host, { clock });
    const declared = declareClocks3(version);
    const monotonic = booted.functions(sameInterface(host, declared.monotonicClock));
    const system = booted.functions(sameInterface(host, declared.systemClock));
    assert.equal(monotonic.now(), 5_000_000n);
    assert.deepEqual(system.now(), { seconds: 1_700_000_000n, nanoseconds: 123_500_000 });
    assert.deepEqual([monotonic['get-resolution'](), system['get-resolution']()], [1n, 1000n]);
    assert.equal(monotonic['wait-until'](4_000_000n), undefined);
    assert.equal(monotonic['wait-for'](0n), undefined);
    assert.equal(booted.state.timers.size, 0);
  });
}

test('a wait lasts until its instant, and one that is left is let go at the end', async () => {
  const host = wasiClocks();
  const booted = await bootHost(host);
  const monotonic = booted.functions(sameInterface(host, declareClocks3('0.3.0').monotonicClock));
  const began = process.hrtime.bigint();
  await monotonic['wait-for'](3_000_000n);
  assert.ok(process.hrtime.bigint() - began >= 3_000_000n);
  const left = monotonic['wait-for'](2n ** 63n);
  assert.equal(booted.state.timers.size, 1);
  booted.end();
  assert.equal(booted.state.timers.size, 0);
  await left;
});
