// Host functions that may wait: the guest is suspended by those calls that do, and by no other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { CoreSignature, CoreType } from '../../../src/wasm/abi/layout.ts';
import { WaitingFunctions, WaitingSignatures } from '../../../src/wasm/fast/waiting-functions.ts';

type Call = (...args: (number | bigint)[]) => unknown;

/** The guest's side of one function, under `WebAssembly.promising`. */
function guestOf(signature: CoreSignature, host: (waiting: WaitingFunctions) => Call): Call {
  const signatures = new WaitingSignatures();
  const place = signatures.add(signature);
  const waiting = new WaitingFunctions(signatures);
  return WebAssembly.promising(waiting.put(place, host(waiting)) as Call) as Call;
}

/** Whether the host's function gave its answer before the guest's caller had the thread again. */
async function run(call: Call, ...args: (number | bigint)[]): Promise<unknown> {
  return call(...args);
}

test('an answer that is there suspends nobody', async () => {
  const order: string[] = [];
  const signatures = new WaitingSignatures();
  const places = ['first', 'second'].map(() => signatures.add({ params: [], result: 'i32' }));
  const waiting = new WaitingFunctions(signatures);
  const [first, second] = places.map(place => waiting.put(place, () => order.push(`call ${place}`)));
  // A guest that calls one after the other.
  const guest = new WebAssembly.Instance(new WebAssembly.Module(twoCalls), { m: { a: first!, b: second! } });
  const done = (WebAssembly.promising(guest.exports['g'] as Call) as Call)() as Promise<unknown>;
  order.push('returned');
  await done;
  assert.deepEqual(order, ['call 0', 'call 1', 'returned']);
});

test('one that is waited for does, and the guest gets what it resolves to', async () => {
  const order: string[] = [];
  const call = guestOf({ params: ['i32'], result: 'i64' }, waiting => value => {
    waiting.waitFor(Promise.resolve(BigInt(value) * 2n).then(result => (order.push('resolved'), result)));
    return 0n;
  });
  const done = run(call, 21);
  order.push('returned');
  assert.equal(await done, 42n);
  assert.deepEqual(order, ['returned', 'resolved']);
});

test('one that rejects throws in the guest', async () => {
  const call = guestOf({ params: [], result: undefined }, waiting => () => {
    waiting.waitFor(Promise.reject(new Error('boom')));
  });
  await assert.rejects(run(call), /boom/);
});

const samples: Readonly<Record<CoreType, number | bigint>> = { i32: -7, i64: -(2n ** 40n), f32: 0.5, f64: 1e300 };
const core = fc.constantFrom<CoreType>('i32', 'i64', 'f32', 'f64');

test('every signature passes its values on, waiting or not, one call after the other', async () => {
  const property = fc.asyncProperty(
    fc.array(core, { maxLength: 17 }),
    fc.option(core, { nil: undefined }),
    fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
    async (params, result, waits) => {
      const taken: unknown[] = [];
      let turn = 0;
      const call = guestOf({ params, result }, waiting => (...args) => {
        taken.push(args);
        const value = result && samples[result];
        if (!waits[turn++ % waits.length]) return value;
        waiting.waitFor(Promise.resolve(value));
        return result === 'i64' ? 0n : 0;
      });
      const args = params.map(param => samples[param]);
      for (let count = 0; count < waits.length * 2; count += 1) {
        assert.equal(await run(call, ...args), result && samples[result]);
      }
      assert.deepEqual(taken, Array(waits.length * 2).fill(args));
    },
  );
  await fc.assert(property, { numRuns: 200 });
});

test('a trap of the host goes through, and the next call is as if it had not been', async () => {
  let traps = true;
  const call = guestOf({ params: [], result: 'i32' }, () => () => {
    if (traps) throw new WebAssembly.RuntimeError('unreachable');
    return 1;
  });
  await assert.rejects(run(call), WebAssembly.RuntimeError);
  traps = false;
  assert.equal(await run(call), 1);
});

/** (module (import "m" "a" (func (result i32))) (import "m" "b" (func (result i32))) (func (export "g") call 0 drop call 1 drop)) */
// prettier-ignore
const twoCalls = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x02, 0x60, 0x00, 0x01, 0x7f, 0x60, 0x00, 0x00,
  0x02, 0x0d, 0x02, 0x01, 0x6d, 0x01, 0x61, 0x00, 0x00, 0x01, 0x6d, 0x01, 0x62, 0x00, 0x00,
  0x03, 0x02, 0x01, 0x01, 0x07, 0x05, 0x01, 0x01, 0x67, 0x00, 0x02,
  0x0a, 0x0a, 0x01, 0x08, 0x00, 0x10, 0x00, 0x1a, 0x10, 0x01, 0x1a, 0x0b,
]);
