import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Watchdog, type Watched } from '../../src/workers/watchdog.ts';

interface Loop extends Watched {
  beat: number;
  ended: number;
}

const loop = (limitMs = 1000): Loop => ({
  beat: 0,
  ended: 0,
  limitMs,
  silent() {
    this.ended += 1;
  },
});

interface Setting {
  readonly watchdog: Watchdog;
  /** Looks after each of these spans, in milliseconds. */
  readonly pass: (...spans: readonly number[]) => void;
  debugged: boolean;
}

function setting(): Setting {
  let now = 0;
  const made: Setting = {
    watchdog: new Watchdog({ lookMs: 250, now: () => now, isDebugged: () => made.debugged }),
    pass: (...spans) => {
      for (const span of spans) {
        now += span;
        made.watchdog.look();
      }
    },
    debugged: false,
  };
  return made;
}

test('a loop that stands still for its limit is told of, once', () => {
  const { watchdog, pass } = setting();
  const still = loop();
  watchdog.watch(still);
  pass(250, 250, 250);
  assert.equal(still.ended, 0);
  pass(250);
  assert.equal(still.ended, 1);
  pass(250, 250, 250, 250, 250);
  assert.equal(still.ended, 1);
});

test('a beat starts its time anew', () => {
  const { watchdog, pass } = setting();
  const slow = loop();
  watchdog.watch(slow);
  for (let beat = 0; beat < 5; beat += 1) {
    pass(250, 250, 250);
    slow.beat += 1;
    pass(250);
  }
  assert.equal(slow.ended, 0);
});

test('time that the main thread itself did not turn is held against nobody', () => {
  const { watchdog, pass } = setting();
  const still = loop();
  watchdog.watch(still);
  pass(60_000, 60_000, 60_000);
  assert.equal(still.ended, 0);
  pass(250);
  assert.equal(still.ended, 1);
});

test('nobody is ended while a debugger is attached', () => {
  const made = setting();
  const still = loop();
  made.watchdog.watch(still);
  made.debugged = true;
  made.pass(250, 250, 250, 250, 250, 250);
  assert.equal(still.ended, 0);
  made.debugged = false;
  made.pass(250, 250, 250, 250);
  assert.equal(still.ended, 1);
});

test('each look is told to whom it looks at', () => {
  const { watchdog, pass } = setting();
  let looks = 0;
  const unwatch = watchdog.watch({ ...loop(), looked: () => (looks += 1) });
  pass(250, 250);
  assert.equal(looks, 2);
  unwatch();
  pass(250);
  assert.equal(looks, 2);
});

test('each has its own limit, and who is not watched any more is not told of', () => {
  const { watchdog, pass } = setting();
  const [short, long, gone] = [loop(250), loop(1000), loop(500)];
  watchdog.watch(short);
  watchdog.watch(long);
  const unwatch = watchdog.watch(gone);
  pass(250);
  assert.deepEqual([short.ended, long.ended, gone.ended], [1, 0, 0]);
  unwatch();
  pass(250, 250, 250);
  assert.deepEqual([short.ended, long.ended, gone.ended], [1, 1, 0]);
});
