import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';

import type { Clock } from '../../../src/host/interface.ts';
import type { Pollable } from '../../../src/host/io/pollable.ts';
import { untilReady } from '../../../src/host/io/wait.ts';
import { clocksMonotonicClock, clocksWallClock } from '../../../src/host/wasi-clocks/declarations.ts';
import { wasiClocks } from '../../../src/host/wasi-clocks/wasi-clocks.ts';
import { bootHost } from '../harness.ts';

/** A clock that the test turns, together with setTimeout. */
class TestClock implements Clock {
  #ms = 1000;
  readonly #context: TestContext;

  constructor(context: TestContext) {
    this.#context = context;
    context.mock.timers.enable({ apis: ['setTimeout'] });
  }

  monotonicNow(): bigint {
    return BigInt(this.#ms) * 1_000_000n;
  }

  wallNowMs(): number {
    return this.#ms;
  }

  advance(ms: number): void {
    this.#ms += ms;
    this.#context.mock.timers.tick(ms);
  }
}

const boot = async (context: TestContext) => {
  const clock = new TestClock(context);
  const booted = await bootHost(wasiClocks(), { clock });
  return { clock, booted, monotonic: booted.functions(clocksMonotonicClock), wall: booted.functions(clocksWallClock) };
};

/** Whether a wait has been woken, after all promises that can settle have settled. */
const woken = async (wait: Promise<void>): Promise<boolean> => {
  let done = false;
  void wait.then(() => (done = true));
  await new Promise(resolve => setImmediate(resolve));
  return done;
};

test('the monotonic clock gives the nanoseconds of the host', async t => {
  const { clock, monotonic } = await boot(t);
  assert.equal(monotonic.now(), 1_000_000_000n);
  clock.advance(5);
  assert.equal(monotonic.now(), 1_005_000_000n);
  assert.equal(monotonic.resolution(), 1n);
});

const wallTimes = [
  [0, { seconds: 0n, nanoseconds: 0 }],
  [1_700_000_000_123.456, { seconds: 1_700_000_000n, nanoseconds: 123_456_000 }],
  [999.9999, { seconds: 1n, nanoseconds: 0 }],
  [-5000, { seconds: 0n, nanoseconds: 0 }],
] as const;

for (const [ms, datetime] of wallTimes) {
  test(`the wall clock gives ${ms} ms since 1970 as ${datetime.seconds} s and ${datetime.nanoseconds} ns`, async () => {
    const { functions } = await bootHost(wasiClocks(), { clock: { monotonicNow: () => 0n, wallNowMs: () => ms } });
    assert.deepEqual(functions(clocksWallClock).now(), datetime);
    assert.deepEqual(functions(clocksWallClock).resolution(), { seconds: 0n, nanoseconds: 1000 });
  });
}

test('a duration is over when it has passed, and wakes who waits for it', async t => {
  const { clock, monotonic } = await boot(t);
  const timer = monotonic['subscribe-duration'](20_000_000n);
  const wait = timer.wait();
  clock.advance(19);
  assert.equal(timer.ready(), false);
  assert.equal(await woken(wait), false);
  clock.advance(1);
  assert.equal(timer.ready(), true);
  assert.equal(await woken(wait), true);
});

test('a duration of less than a millisecond is rounded up, not down', async t => {
  const { clock, monotonic } = await boot(t);
  const wait = monotonic['subscribe-duration'](1n).wait();
  assert.equal(await woken(wait), false);
  clock.advance(1);
  assert.equal(await woken(wait), true);
});

test('an instant in the past is ready at once', async t => {
  const { monotonic } = await boot(t);
  assert.equal(monotonic['subscribe-instant'](0n).ready(), true);
  assert.equal(monotonic['subscribe-instant'](1_000_000_000n).ready(), true);
  assert.equal(monotonic['subscribe-instant'](1_000_000_001n).ready(), false);
});

test('waits longer than setTimeout can count are armed again until their instant', async t => {
  const { clock, monotonic } = await boot(t);
  const longest = 2 ** 31 - 1;
  const timer = monotonic['subscribe-duration'](BigInt(longest + 10) * 1_000_000n);
  const wait = timer.wait();
  clock.advance(longest);
  assert.equal(await woken(wait), false);
  clock.advance(10);
  assert.equal(await woken(wait), true);
});

test('the longest duration that WIT can say does not overflow', async t => {
  const { clock, monotonic } = await boot(t);
  const timer = monotonic['subscribe-duration'](2n ** 64n - 1n);
  void timer.wait();
  clock.advance(1000);
  assert.equal(timer.ready(), false);
});

test('a timer that nobody waits for starts nothing', async t => {
  const setTimer = t.mock.method(globalThis, 'setTimeout');
  const booted = await bootHost(wasiClocks());
  booted.functions(clocksMonotonicClock)['subscribe-duration'](10n ** 12n);
  assert.equal(setTimer.mock.callCount(), 0);
});

const lettingGo: readonly (readonly [string, (timer: Pollable, end: () => void) => void])[] = [
  ['the guest drops it', timer => timer.dispose?.()],
  ['the invocation ends', (_, end) => end()],
];

for (const [when, letGo] of lettingGo) {
  test(`a timer is stopped and its waiter let go when ${when}`, async t => {
    const { booted, monotonic } = await boot(t);
    const cleared = t.mock.method(globalThis, 'clearTimeout');
    const timer = monotonic['subscribe-duration'](10n ** 12n);
    const wait = timer.wait();
    letGo(timer, booted.end);
    assert.equal(cleared.mock.callCount(), 1);
    assert.equal(await woken(wait), true);
    assert.equal(booted.state.timers.size, 0);
  });
}

test('a guest that waits when its timer is let go is not made to wait again', async t => {
  const { booted, monotonic } = await boot(t);
  const pollable: Pollable = monotonic['subscribe-duration'](3_600_000_000_000n);
  const waited = Promise.resolve(untilReady(pollable)).then(() => 'woken');
  booted.end();
  // Waiting again would arm another timer, which keeps the process alive for an hour.
  assert.equal(await waited, 'woken');
});
