// The checker of histories itself: it finds what was planted, and takes what is right.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { keyModel, type KeyOperation } from './key-model.ts';
import { findViolation, type Operation } from './linearizability.ts';

/** `[call, end, operation]`; end 0: no answer. */
type Line = readonly [number, number, KeyOperation];

const history = (lines: readonly Line[]): Operation<KeyOperation>[] =>
  lines.map(([call, end, op]) => ({ call, end: end === 0 ? undefined : end, op }));

const set = (value: number): KeyOperation => ({ kind: 'set', value: BigInt(value) });
const get = (answer?: number): KeyOperation => ({ kind: 'get', answer: answer === undefined ? undefined : BigInt(answer) });
const remove: KeyOperation = { kind: 'delete' };
const add = (answer?: number): KeyOperation => ({
  kind: 'increment',
  delta: 1n,
  ...(answer !== undefined && { answer: BigInt(answer) }),
});
const swap = (seen: number | undefined, value: number): KeyOperation => ({
  kind: 'swap',
  value: BigInt(value),
  answer: { seen: seen === undefined ? undefined : BigInt(seen) },
});
const lostSwap = (value: number): KeyOperation => ({ kind: 'swap', value: BigInt(value) });

const right: Readonly<Record<string, readonly Line[]>> = {
  'nothing at all': [],
  'one after the other': [
    [1, 2, set(1)],
    [3, 4, get(1)],
    [5, 6, add(2)],
    [7, 8, swap(2, 9)],
    [9, 10, remove],
    [11, 12, get()],
  ],
  'a get beside a set sees either value': [
    [1, 2, set(1)],
    [3, 8, set(2)],
    [4, 5, get(1)],
    [6, 7, get(2)],
  ],
  'gets beside a set, which took effect between them though called before': [
    [1, 10, set(2)],
    [2, 3, get()],
    [4, 5, get(2)],
  ],
  'sets beside each other end in either order': [
    [1, 4, set(1)],
    [2, 3, set(2)],
    [5, 6, get(1)],
  ],
  'increments beside each other': [
    [1, 6, add(2)],
    [2, 5, add(3)],
    [3, 4, add(1)],
    [7, 8, get(3)],
  ],
  'a set without an answer that is seen late': [
    [1, 0, set(1)],
    [2, 3, get()],
    [4, 5, get(1)],
  ],
  'a set without an answer that is never seen': [
    [1, 0, set(1)],
    [2, 3, get()],
    [4, 5, get()],
  ],
  'an increment without an answer that counted': [
    [1, 2, add(1)],
    [3, 0, add()],
    [4, 5, add(3)],
  ],
  'an increment without an answer that did not': [
    [1, 2, add(1)],
    [3, 0, add()],
    [4, 5, add(2)],
  ],
  'a swap without an answer': [
    [1, 2, set(1)],
    [3, 0, lostSwap(7)],
    [4, 5, get(1)],
    [6, 7, swap(7, 8)],
    [8, 9, get(8)],
  ],
};
const wrong: Readonly<Record<string, readonly Line[]>> = {
  'a stale read': [
    [1, 2, set(1)],
    [3, 4, set(2)],
    [5, 6, get(1)],
  ],
  'a read of what nobody wrote': [
    [1, 2, set(1)],
    [3, 4, get(3)],
  ],
  'a read of what is written only later': [
    [1, 2, get(1)],
    [3, 4, set(1)],
  ],
  'a set that was answered and is lost': [
    [1, 2, set(1)],
    [3, 4, get()],
  ],
  'a lost increment': [
    [1, 4, add(1)],
    [2, 3, add(1)],
  ],
  'an increment that counted twice': [
    [1, 2, add(1)],
    [3, 4, add(3)],
  ],
  'two swaps of one value': [
    [1, 2, set(1)],
    [3, 6, swap(1, 2)],
    [4, 5, swap(1, 3)],
  ],
  'two swaps that each made the key': [
    [1, 4, swap(undefined, 1)],
    [2, 3, swap(undefined, 2)],
  ],
  'a value that comes back': [
    [1, 2, set(1)],
    [3, 10, set(2)],
    [4, 5, get(2)],
    [6, 7, get(1)],
  ],
  'two readers who saw two sets in two orders': [
    [1, 20, set(1)],
    [2, 19, set(2)],
    [3, 4, get(1)],
    [5, 6, get(2)],
    [7, 8, get(1)],
  ],
  'a set without an answer that is seen and then not': [
    [1, 0, set(1)],
    [2, 3, get(1)],
    [4, 5, get()],
  ],
  'a set without an answer that is seen before it was called': [
    [1, 2, get(1)],
    [3, 0, set(1)],
    [4, 5, get(1)],
  ],
  'an increment without an answer that counted twice': [
    [1, 0, add()],
    [2, 3, get(1)],
    [4, 5, get(2)],
  ],
  'a deleted key that is still there': [
    [1, 2, set(1)],
    [3, 4, remove],
    [5, 6, get(1)],
  ],
};

describe('the checker takes', () => {
  for (const [name, lines] of Object.entries(right)) {
    test(name, () => assert.equal(findViolation(history(lines), keyModel), undefined));
  }
});

describe('the checker finds', () => {
  for (const [name, lines] of Object.entries(wrong)) {
    test(name, () => assert.ok(findViolation(history(lines), keyModel)));
  }
});

test('the checker says what cannot come next, and in which state', () => {
  const violation = findViolation(
    history([
      [1, 2, set(1)],
      [3, 4, set(2)],
      [5, 6, get(1)],
      [7, 8, get(2)],
    ]),
    keyModel,
  );
  assert.deepEqual(violation, { state: 2n, next: [get(1)] });
});

/** Every order that there is, tried one by one. */
function isRightBySearch(operations: readonly Operation<KeyOperation>[], state: bigint | undefined): boolean {
  if (operations.every(({ end }) => end === undefined)) return true;
  return operations.some(one => {
    if (operations.some(({ end }) => end !== undefined && end < one.call)) return false;
    const after = keyModel.step(state, one.op);
    return (
      after !== undefined &&
      isRightBySearch(
        operations.filter(other => other !== one),
        after.state,
      )
    );
  });
}

const small = fc.integer({ min: 0, max: 2 });
const anOperation: fc.Arbitrary<KeyOperation> = fc.oneof(
  small.map(set),
  fc.option(small, { nil: undefined }).map(get),
  fc.constant(remove),
  small.map(answer => add(answer + 1)),
  fc.tuple(fc.option(small, { nil: undefined }), small).map(([seen, value]) => swap(seen, value)),
);

test('the checker and the trying of every order agree on any small history', () => {
  let found = 0;
  const operation = fc.record({ op: anOperation, places: fc.tuple(fc.nat(1000), fc.nat(1000)), isLost: fc.boolean() });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 6 }), operations => {
      const moments = operations.map(({ op, places: [a, b], isLost }, index): Operation<KeyOperation> => {
        // A get without an answer is no operation.
        const end = isLost && op.kind !== 'get' ? undefined : Math.max(a, b) + 0.5 + index / 100;
        return { op, call: Math.min(a, b) + index / 100, end };
      });
      const violation = findViolation(moments, keyModel);
      if (violation) found += 1;
      assert.equal(violation === undefined, isRightBySearch(moments, undefined));
    }),
    { numRuns: 3_000 },
  );
  assert.ok(found > 300 && found < 2_900, `${found} of 3000 were wrong: the histories try little`);
});

/** What 12 clients would have recorded of a store that works; `spoil` then may change it. */
function longHistory(random: () => number, length: number): Operation<KeyOperation>[] {
  const operations: Operation<KeyOperation>[] = [];
  let state: bigint | undefined;
  for (let effect = 0; effect < length; effect += 1) {
    // Around its moment, so that about 12 overlap.
    const call = effect - random() * 6;
    const end = random() < 0.005 ? undefined : effect + random() * 6;
    const kind = Math.floor(random() * 5);
    const before = state;
    if (kind === 0) operations.push({ call, end: end ?? effect + 1, op: { kind: 'get', answer: state } });
    if (kind === 1) {
      state = BigInt(effect);
      operations.push({ call, end, op: { kind: 'set', value: state } });
    }
    if (kind === 2) {
      state = undefined;
      operations.push({ call, end, op: remove });
    }
    if (kind === 3) {
      state = (state ?? 0n) + 1n;
      operations.push({ call, end, op: { kind: 'increment', delta: 1n, ...(end !== undefined && { answer: state }) } });
    }
    if (kind === 4) {
      state = BigInt(effect);
      operations.push({ call, end, op: { kind: 'swap', value: state, ...(end !== undefined && { answer: { seen: before } }) } });
    }
  }
  return operations;
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test('a history of 2,000 operations of 12 clients is taken, and one lie in it is found', () => {
  for (let seed = 1; seed <= 3; seed += 1) {
    const operations = longHistory(seeded(seed), 2_000);
    assert.equal(findViolation(operations, keyModel), undefined);
    const lie = operations.findIndex(({ op, end }, index) => index > 1_000 && op.kind === 'increment' && end !== undefined);
    const spoilt = operations.map((one, index) => (index === lie ? { ...one, op: add(-5) } : one));
    assert.ok(findViolation(spoilt, keyModel), `seed ${seed}`);
  }
});
