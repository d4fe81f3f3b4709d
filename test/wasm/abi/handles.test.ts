// Handles live and die as with wasmtime: which numbers they get, who may lend, give away and drop them, and when that traps.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import type { AnyProvided } from '../../../src/wit/provided.ts';
import { component } from '../fixtures.ts';
import { bindFast, Side } from './side.ts';
import { handleFunctions, handleGuest, handleGuestText, handleHost, operations } from './handle-guest.ts';
import { oracleSkip, startOracle, type Oracle, type Outcome } from './oracle.ts';
import type { Thing } from './wire.ts';

const skip = oracleSkip();
let oracle: Oracle;
let bytes: Uint8Array;
before(async () => {
  if (skip === false) oracle = startOracle();
  bytes = await component(handleGuestText);
});
after(() => oracle?.close());

type Operation = readonly [name: (typeof operations)[number], x: number, y: number];

type Call = readonly [name: 'run' | 'accept-own' | 'accept-borrows', operations: readonly Operation[]];

/** Indices that there may be, and some that there cannot. */
const handle = fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 1, max: 5 }) }, fc.constantFrom(0, 6, 99, 0xffff_ffff));
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.tuple(fc.constant('make'), handle, handle),
  fc.tuple(fc.constantFrom(...operations), handle, handle),
);
const call: fc.Arbitrary<Call> = fc.oneof(
  fc.tuple(fc.constantFrom('run', 'accept-own'), fc.array(operation, { maxLength: 5 })),
  // Most of these drop what they were lent: else every one of them would trap.
  fc.tuple(fc.constant('accept-borrows'), fc.array(operation, { maxLength: 2 })),
  fc
    .tuple(fc.array(operation, { maxLength: 2 }), handle, handle)
    .map(([before, a, b]): Call => ['accept-borrows', [...before, ['drop', a, 0], ['drop', b, 0]]]),
);

/** So that most handles exist. */
const setup: Call = [
  'run',
  [
    ['make', 1, 0],
    ['make', 2, 0],
    ['make-other', 3, 0],
    ['make', 4, 0],
    ['make', 5, 0],
  ],
];

let outcomes: Outcome[] = [];

test('handles are made, lent, given away and dropped as with wasmtime', { skip }, async t => {
  const numRuns = Number(process.env['TSPIN_ABI_RUNS'] ?? 300);
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 5 }), async calls => void (await compare([setup, ...calls]))),
    { numRuns },
  );
  const traps = outcomes.filter(outcome => 'trap' in outcome).length;
  t.diagnostic(`${outcomes.length} calls were compared with wasmtime's, ${traps} of them traps`);
  assert.ok(traps > 100 && outcomes.length - traps > 100);
});

const cases: readonly (readonly [title: string, trap: RegExp | undefined, calls: readonly Call[]])[] = [
  ['keeps a borrowed handle past its call', /kept 2 borrowed handles/, [['accept-borrows', []]]],
  ['drops what it was lent', undefined, [['accept-borrows', [['drop', 1, 0], ['drop', 2, 0]]]]], // prettier-ignore
  ['gives away what it was lent', /is borrowed/, [['accept-borrows', [['take-own', 1, 0]]]]],
  ['gives away what the same call lends', /while it was lent/, [['run', [['make', 7, 0], ['lend-then-own', 1, 1]]]]], // prettier-ignore
  ['lends what the same call gave away', /unknown handle/, [['run', [['make', 7, 0], ['own-then-lend', 1, 1]]]]], // prettier-ignore
  ['gives a handle away twice', /unknown handle/, [['run', [['make', 7, 0], ['own-twice', 1, 1]]]]], // prettier-ignore
  ['lends one handle twice', undefined, [['run', [['make', 7, 0], ['lend-all', 1, 1], ['drop', 1, 0]]]]], // prettier-ignore
  ['drops a handle as one of another resource', /is a thing, not a other/, [['run', [['make', 7, 0], ['drop-other', 1, 0]]]]], // prettier-ignore
];

for (const [title, trap, calls] of cases) {
  test(`a guest that ${title} ${trap ? 'traps' : 'goes on'}`, { skip }, async () => {
    const [last] = (await compare(calls)).slice(-1);
    if (trap) assert.match(last && 'trap' in last ? last.trap : '', trap);
    else assert.ok(last && 'value' in last);
  });
}

async function compare(calls: readonly Call[]): Promise<readonly Outcome[]> {
  const fast = new Side(bindFast(bytes), { host: handleHost, guest: handleGuest }, see => handleProvided(see));
  let rep = 100;
  const thing = (): Thing => ({ rep: (rep += 1) });
  for (const [name, list] of calls) {
    const words = list.flatMap(([operationName, x, y]) => [operations.indexOf(operationName), x, y]);
    const handles = name === 'run' ? [] : name === 'accept-own' ? [thing()] : [thing(), thing()];
    await fast.step(name, ...handles, words);
  }
  const names = Object.keys(handleFunctions);
  const theirs = await oracle.run({ component: bytes, functions: 0, handleFunctions: names, steps: fast.steps });
  for (const [at, ours] of fast.outcomes.entries()) {
    if (isWasmtimeBug(theirs[at])) break;
    const shown = JSON.stringify([calls.slice(0, at + 1), ours, theirs[at]]);
    assert.deepEqual('trap' in ours ? 'trap' : ours, 'trap' in (theirs[at] ?? {}) ? 'trap' : theirs[at], shown);
  }
  outcomes = [...outcomes, ...fast.outcomes];
  return fast.outcomes;
}

/** Wasmtime 50 says of itself that it is wrong when a host gets several borrows in one call: nothing is known after that. */
const isWasmtimeBug = (outcome: Outcome | undefined): boolean =>
  outcome !== undefined && 'trap' in outcome && outcome.trap.includes('BUG: deferred host scope has no call context');

/** `see`: notes which function got which objects. */
function handleProvided(see: (name: string, ...args: readonly unknown[]) => void): AnyProvided['functions'] {
  const make = (_: never, rep: number): Thing => ({ rep });
  const seeing = Object.keys(handleFunctions).map(name => [name, (_: never, ...args: unknown[]) => see(name, ...args)] as const);
  return { make, 'make-other': make, ...Object.fromEntries(seeing) };
}
