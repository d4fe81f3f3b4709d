// Calls of a guest's functions on one stack that stays: values, suspension, traps, the end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { CoreSignature, CoreType } from '../../../src/wasm/abi/layout.ts';
import type { CoreFunction } from '../../../src/wasm/abi/lowered-function.ts';
import { Serving } from '../../../src/wasm/fast/serving.ts';
import { compileServingModule } from '../../../src/wasm/fast/serving-module.ts';
import { WaitingFunctions, WaitingSignatures } from '../../../src/wasm/fast/waiting-functions.ts';

type Core = number | bigint;

const values: Record<CoreType, fc.Arbitrary<Core>> = {
  i32: fc.integer(),
  i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  f32: fc.float({ noNaN: true }),
  f64: fc.double({ noNaN: true }),
};
const types = fc.constantFrom<CoreType>('i32', 'i64', 'f32', 'f64');
const signatures = fc.record({ params: fc.array(types, { maxLength: 17 }), result: fc.option(types, { nil: undefined }) });

interface Guest {
  readonly serving: Serving;
  /** What the functions were called with, one after the other. */
  readonly calls: Core[][];
  readonly begun: () => number;
}

/** Functions of Wasm with those signatures, each of which does what `host` does with its arguments; a promise suspends it. */
function guestOf(all: readonly CoreSignature[], host: (place: number) => Core | undefined | Promise<Core | undefined>): Guest {
  const calls: Core[][] = [];
  let begun = 0;
  const shared = new WaitingSignatures();
  for (const signature of all) shared.add(signature);
  const waiting = new WaitingFunctions(shared);
  const functions = all.map((_, place) =>
    waiting.put(place, (...args) => {
      calls.push(args);
      const result = host(place);
      if (!(result instanceof Promise)) return result;
      waiting.waitFor(result);
      return all[place]?.result === 'i64' ? 0n : 0;
    }),
  );
  const serving = new Serving(compileServingModule(all), functions as unknown as CoreFunction[], () => void (begun += 1));
  return { serving, calls, begun: () => begun };
}

test('arguments and results of every type arrive, whether the guest waits or not', async () => {
  const calls = fc.array(signatures, { minLength: 1, maxLength: 3 }).chain(all =>
    fc.record({
      all: fc.constant(all),
      steps: fc.array(
        fc.nat({ max: all.length - 1 }).chain(place =>
          fc.record({
            place: fc.constant(place),
            args: fc.tuple(...(all[place]?.params ?? []).map(type => values[type])),
            result: all[place]?.result ? values[all[place].result] : fc.constant(undefined),
            waits: fc.boolean(),
          }),
        ),
        { maxLength: 6 },
      ),
    }),
  );
  await fc.assert(
    fc.asyncProperty(calls, async ({ all, steps }) => {
      let next: (typeof steps)[number] | undefined;
      const guest = guestOf(all, () => (next?.waits ? Promise.resolve(next.result) : next?.result));
      const functions = all.map((_, place) => guest.serving.function(place));
      for (const step of steps) {
        next = step;
        assert.equal(await functions[step.place]?.(...step.args), step.result);
      }
      assert.deepEqual(
        guest.calls,
        steps.map(({ args }) => args),
      );
      assert.equal(guest.begun(), steps.length);
    }),
  );
});

const one: CoreSignature = { params: ['i32'], result: 'i32' };

test('a second call during the first is an error, and does not disturb it', async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const call = guestOf([one], () => promise).serving.function(0);
  const first = call(1);
  await assert.rejects(call(2), /in a call already/);
  resolve(7);
  assert.equal(await first, 7);
});

test('what the guest throws is told to whoever called, and the next call is served', async () => {
  let fails = true;
  const guest = guestOf([one], () => {
    if (!fails) return 3;
    fails = false;
    throw new RangeError('no');
  });
  const call = guest.serving.function(0);
  await assert.rejects(call(1), { name: 'RangeError', message: 'no' });
  assert.equal(await call(2), 3);
  assert.deepEqual(guest.calls, [[1], [2]]);
});

test('let go, it lets nobody begin a call, and a call under way ends', async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const { serving, calls } = guestOf([one], () => promise);
  const call = serving.function(0);
  const last = call(1);
  await new Promise(setImmediate);
  serving.end();
  await assert.rejects(call(2), /in a call already/);
  resolve(5);
  assert.equal(await last, 5);
  await assert.rejects(call(2), /let go/);
  const idle = guestOf([one], () => 6);
  assert.equal(await idle.serving.function(0)(1), 6);
  idle.serving.end();
  await assert.rejects(idle.serving.function(0)(2), /let go/);
  assert.deepEqual([calls, idle.calls], [[[1]], [[1]]]);
});
