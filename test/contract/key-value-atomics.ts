// The part of the store contract that is about steps that read before they write.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Store } from '../../src/host/key-value/store.ts';
import { bytes, failureOf, okOf, text } from './store-results.ts';

const later = async <T>(given: T | Promise<T>): Promise<T> => given;

const s64Max = 2n ** 63n - 1n;

export function atomicsContract(the: () => Store): void {
  const get = async (label: string, key: string) => okOf(await the().get(label, key));
  const add = async (label: string, key: string, delta: bigint) => okOf(await the().increment(label, key, delta));

  test('a counter begins at 0, goes up and down, and is 8 bytes, the lowest first', async () => {
    assert.equal(await add('counter', 'k', 258n), 258n);
    assert.deepStrictEqual(await get('counter', 'k'), Uint8Array.of(2, 1, 0, 0, 0, 0, 0, 0));
    assert.equal(await add('counter', 'k', -260n), -2n);
    assert.deepStrictEqual(await get('counter', 'k'), Uint8Array.of(254, 255, 255, 255, 255, 255, 255, 255));
    assert.equal(await add('counter', 'k', 0n), -2n);
    assert.equal(await add('counter', 'other', 0n), 0n);
    assert.deepStrictEqual(await get('counter', 'other'), new Uint8Array(8));
  });

  test('a counter reaches the ends of an s64, and no step goes beyond them', async () => {
    for (const [key, end, beyond] of [
      ['max', s64Max, 1n],
      ['min', -s64Max - 1n, -1n],
    ] as const) {
      assert.equal(await add('ends', key, end), end);
      assert.match(
        failureOf(await the().increment('ends', key, beyond)),
        /^the counter would be -?922337203685477580\d, which is no s64$/,
      );
      assert.equal(await add('ends', key, 0n), end);
    }
  });

  test('a value of another length is no counter, and stays what it is', async () => {
    for (const value of ['', '1', '1234567', '123456789']) {
      okOf(await the().set('no-counter', 'k', bytes(value)));
      assert.equal(
        failureOf(await the().increment('no-counter', 'k', 1n)),
        `the value of this key has ${value.length} bytes; a counter is 8 bytes`,
      );
      assert.equal(text(await get('no-counter', 'k')), value);
    }
  });

  test('steps that are not waited for are done in their order, each on what the one before left', async () => {
    const label = 'steps';
    const steps = await Promise.all([
      the().increment(label, 'k', 1n),
      the().increment(label, 'k', 1n),
      the().delete(label, 'k'),
      the().increment(label, 'k', 1n),
      the().set(label, 'k', bytes('text')),
      the().increment(label, 'k', 1n),
      the().swap(label, 'k', bytes('text'), bytes('swapped')),
      the().swap(label, 'k', bytes('text'), bytes('never')),
      the().swap(label, 'k', bytes('swapped'), new Uint8Array(8)),
      the().increment(label, 'k', 5n),
    ]);
    const said = steps.map(step => (step.tag === 'ok' ? step.val : 'refused'));
    assert.deepEqual(said, [1n, 2n, undefined, 1n, undefined, 'refused', true, false, true, 5n]);
  });

  test('a step that is refused fails none of those that are committed with it', async () => {
    const label = 'neighbours';
    okOf(await the().set(label, 'text', bytes('text')));
    const [before, refused, after, counted] = await Promise.all([
      later(the().set(label, 'before', bytes('1'))),
      later(the().increment(label, 'text', 1n)),
      later(the().set(label, 'after', bytes('2'))),
      later(the().increment(label, 'counter', 3n)),
    ]);
    failureOf(refused);
    okOf(before);
    okOf(after);
    assert.equal(okOf(counted), 3n);
    assert.equal(text(await get(label, 'before')), '1');
    assert.equal(text(await get(label, 'after')), '2');
    assert.deepEqual(okOf(await the().getKeys(label)).toSorted(), ['after', 'before', 'counter', 'text']);
  });

  test('increments at the same time are all counted', async () => {
    const sums = await Promise.all(Array.from({ length: 500 }, () => add('many', 'k', 1n)));
    assert.deepEqual(
      sums,
      Array.from({ length: 500 }, (_, index) => BigInt(index + 1)),
    );
  });

  test('a swap replaces what it expects, and nothing else', async () => {
    const label = 'swap';
    const swap = async (expected: string | undefined, value: string) =>
      okOf(await the().swap(label, 'k', expected === undefined ? undefined : bytes(expected), bytes(value)));
    assert.equal(await swap('', '1'), false, 'a missing key has no empty value');
    assert.equal(await get(label, 'k'), undefined);
    assert.equal(await swap(undefined, '1'), true);
    assert.equal(await swap(undefined, '2'), false);
    assert.equal(await swap('2', '3'), false);
    assert.equal(text(await get(label, 'k')), '1');
    assert.equal(await swap('1', ''), true);
    assert.equal(await swap('', '1'), true);
    assert.equal(text(await get(label, 'k')), '1');
  });

  test('of swaps of one value at the same time one is done', async () => {
    okOf(await the().set('race', 'k', bytes('0')));
    const swapped = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => okOf(await the().swap('race', 'k', bytes('0'), bytes(`by ${index}`)))),
    );
    assert.deepEqual(
      swapped,
      swapped.map((_, index) => index === 0),
    );
    assert.equal(text(await get('race', 'k')), 'by 0');
  });
}
