// Streams and futures whose ends are both in the guest: whatever is done with them, in whatever order, gives what it gives with
// wasmtime, and traps where it does.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import { bindFast, Side } from '../abi/side.ts';
import { oracleSkip, startOracle, type Oracle, type Outcome } from '../abi/oracle.ts';
import { component } from '../fixtures.ts';
import { operations, scheduleGuest, scheduleGuestText, scheduleHost } from './schedule-guest.ts';

const skip = oracleSkip();
let oracle: Oracle;
let bytes: Uint8Array;
before(async () => {
  if (skip === false) oracle = startOracle();
  bytes = await component(scheduleGuestText);
});
after(() => oracle?.close());

type Operation = readonly [name: string, x?: number, y?: number, z?: number];

/** Handles 1 and 2, 3 and 4: streams; 5 and 6, 7 and 8: futures, the readable end first; 9 and 10: waitable sets. */
const setup: readonly Operation[] = [['stream-new'], ['stream-new'], ['future-new'], ['future-new'], ['set-new'], ['set-new']];

/** The handle that the operation is for, and sometimes another. */
const handle = (...right: number[]): fc.Arbitrary<number> =>
  fc.oneof({ weight: 40, arbitrary: fc.constantFrom(...right) }, fc.integer({ min: 0, max: 12 }));
const place = fc.nat({ max: 8 });
const readable = { stream: handle(1, 3), future: handle(5, 7) };
const writable = { stream: handle(2, 4), future: handle(6, 8) };
/** Wasmtime 50 cancels at the wrong end too, where the specification traps: such handles are tried below, without it. */
const cancelled = {
  read: { stream: fc.constantFrom(1, 3, 1, 3, 9), future: fc.constantFrom(5, 7, 5, 7, 9) },
  write: { stream: fc.constantFrom(2, 4, 2, 4, 9), future: fc.constantFrom(6, 8, 6, 8, 9) },
};
const copying = (name: string, end: fc.Arbitrary<number>) => ({
  weight: 6,
  arbitrary: fc.tuple(
    fc.constant(name),
    end,
    place.map(at => at * 4),
    fc.nat({ max: 9 }),
  ),
});
const operation: fc.Arbitrary<Operation> = fc.oneof(
  ...(['stream', 'future'] as const).flatMap(kind => [
    copying(`${kind}-write`, writable[kind]),
    copying(`${kind}-read`, readable[kind]),
    { weight: 2, arbitrary: fc.tuple(fc.constant(`${kind}-cancel-write`), cancelled.write[kind]) },
    { weight: 2, arbitrary: fc.tuple(fc.constant(`${kind}-cancel-read`), cancelled.read[kind]) },
    { weight: 1, arbitrary: fc.tuple(fc.constant(`${kind}-drop-writable`), writable[kind]) },
    { weight: 1, arbitrary: fc.tuple(fc.constant(`${kind}-drop-readable`), readable[kind]) },
    { weight: 1, arbitrary: fc.tuple(fc.constant(`${kind}-new`)) },
  ]),
  { weight: 6, arbitrary: fc.tuple(fc.constant('join'), handle(1, 2, 3, 4, 5, 6, 7, 8), handle(0, 9, 9, 10)) },
  { weight: 8, arbitrary: fc.tuple(fc.constant('poll'), handle(9, 10)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('set-drop'), handle(9, 10)) },
);

const seen: Outcome[] = [];
/** Schedules that were not compared to their end. */
let early = 0;

/**
 * Wasmtime 50 tells an end that does nothing that the other end is gone; the specification (SharedStreamImpl.drop) tells who
 * copies, and others when they begin to. What comes after such an event differs.
 */
function isEarlyEvent(ours: Outcome, theirs: Outcome): boolean {
  if ('trap' in theirs) return !('trap' in ours) && theirs.trap.includes('after being notified');
  const words = theirs.value as readonly string[];
  const own = 'trap' in ours ? [] : (ours.value as readonly string[]);
  const at = words.findIndex((word, index) => word !== own[index]);
  return own[at] === '0' && ['2', '3', '4', '5'].includes(words[at] ?? '') && words[at + 2] === '1';
}

/** What the guest is told, with the setup before. */
const wordsOf = (schedule: readonly Operation[]): number[] =>
  [...setup, ...schedule].flatMap(([name, x = 0, y = 0, z = 0]) => [operations.indexOf(name), x, y, z]);

async function compare(schedule: readonly Operation[]): Promise<Outcome> {
  const fast = new Side(bindFast(bytes), { host: scheduleHost, guest: scheduleGuest });
  await fast.step('run', wordsOf(schedule));
  const [theirs] = await oracle.run({ component: bytes, functions: 0, handleFunctions: ['give'], steps: fast.steps });
  const [ours] = fast.outcomes;
  assert.ok(ours && theirs);
  if (isEarlyEvent(ours, theirs)) {
    early += 1;
    return ours;
  }
  const shown = JSON.stringify([schedule, ours, theirs]);
  assert.deepEqual('trap' in ours ? 'trap' : ours, 'trap' in theirs ? 'trap' : theirs, shown);
  seen.push(ours);
  return ours;
}

test('ends are written, read, cancelled, joined, polled and dropped as with wasmtime', { skip }, async t => {
  const numRuns = Number(process.env['TSPIN_ABI_RUNS'] ?? 500);
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 14 }), async schedule => void (await compare(schedule))),
    { numRuns },
  );
  const traps = seen.filter(outcome => 'trap' in outcome).length;
  t.diagnostic(`${seen.length} schedules were compared with wasmtime's, ${traps} of them ended by a trap, ${early} given up`);
  assert.ok(early < seen.length / 20);
  assert.ok(traps > 50 && seen.length - traps > 50);
});

for (const [name, handleOfOther] of [
  ['stream-cancel-read', 2],
  ['stream-cancel-write', 1],
  ['future-cancel-read', 6],
  ['future-cancel-write', 5],
] as const) {
  test(`a ${name} at the other end traps, though that end is copying`, async () => {
    const fast = new Side(bindFast(bytes), { host: scheduleHost, guest: scheduleGuest });
    const begun = `${name.split('-')[0]}-${name.endsWith('read') ? 'write' : 'read'}`;
    await fast.step(
      'run',
      wordsOf([
        [begun, handleOfOther, 0, 4],
        [name, handleOfOther],
      ]),
    );
    const [outcome] = fast.outcomes;
    assert.match(outcome && 'trap' in outcome ? outcome.trap : '', /is no end of a (stream|future) to (read|write)/);
  });
}
