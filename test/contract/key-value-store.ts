// What every key-value backend must do, whatever it keeps its data in. Each backend's test file runs this suite.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as fc from 'fast-check';
import { atomicsContract } from './key-value-atomics.ts';
import { batchContract } from './key-value-batch.ts';
import { bytes, okOf } from './store-results.ts';
import type { Store } from '../../src/host/key-value/store.ts';

export interface StoreUnderTest {
  readonly store: Store;
  readonly close: () => Promise<void>;
}

export { bytes, okOf } from './store-results.ts';

/** Runs the suite on a store that `open` makes; labels are not shared between its tests. */
export function keyValueStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the store contract`, () => {
    let opened: StoreUnderTest | undefined;
    before(async () => void (opened = await open()));
    after(async () => opened?.close());
    const the = (): Store => opened?.store ?? assert.fail('not open');
    const get = async (label: string, key: string) => okOf(await the().get(label, key));
    const set = async (label: string, key: string, value: Uint8Array) => okOf(await the().set(label, key, value));

    test('a missing key has no value and does not exist', async () => {
      assert.equal(await get('missing', 'k'), undefined);
      assert.equal(okOf(await the().exists('missing', 'k')), false);
      assert.deepEqual(okOf(await the().getKeys('missing')), []);
    });
    test('a value that was set is read back at once, as a plain Uint8Array', async () => {
      await set('read-back', 'k', Uint8Array.of(0, 255, 1));
      assert.deepStrictEqual(await get('read-back', 'k'), Uint8Array.of(0, 255, 1));
      assert.equal(okOf(await the().exists('read-back', 'k')), true);
    });
    test('set replaces, with longer and shorter values', async () => {
      for (const value of ['one', 'a longer one', '']) {
        await set('replace', 'k', bytes(value));
        assert.deepStrictEqual(await get('replace', 'k'), bytes(value));
      }
      assert.deepEqual(okOf(await the().getKeys('replace')), ['k']);
    });
    test('the empty key and the empty value are kept like any other', async () => {
      await set('empty', '', new Uint8Array());
      assert.deepStrictEqual(await get('empty', ''), new Uint8Array());
      assert.deepEqual(okOf(await the().getKeys('empty')), ['']);
    });
    test('a part of a larger buffer is stored without its surroundings', async () => {
      await set('part', 'k', bytes('before value after').subarray(7, 12));
      assert.deepStrictEqual(await get('part', 'k'), bytes('value'));
    });
    test('delete removes one key and is no error for a missing one', async () => {
      await set('delete', 'a', bytes('1'));
      await set('delete', 'b', bytes('2'));
      okOf(await the().delete('delete', 'a'));
      okOf(await the().delete('delete', 'never set'));
      assert.equal(await get('delete', 'a'), undefined);
      assert.deepEqual(okOf(await the().getKeys('delete')), ['b']);
    });
    test('labels are apart: the same key has a value for each', async () => {
      await set('apart-1', 'k', bytes('one'));
      await set('apart-2', 'k', bytes('two'));
      assert.deepStrictEqual(await get('apart-1', 'k'), bytes('one'));
      okOf(await the().delete('apart-1', 'k'));
      assert.deepStrictEqual(await get('apart-2', 'k'), bytes('two'));
    });
    test('sets that are not waited for end in the order of the calls', async () => {
      const values = Array.from({ length: 50 }, (_, index) => bytes(String(index)));
      await Promise.all(values.map(value => set('order', 'k', value)));
      assert.deepStrictEqual(await get('order', 'k'), bytes('49'));
    });
    batchContract(the);
    atomicsContract(the);
    test('a value of 8 MB comes back whole', async () => {
      const value = new Uint8Array(8 * 1024 * 1024).map((_, index) => index % 251);
      await set('large', 'k', value);
      assert.ok(Buffer.from(value).equals((await get('large', 'k')) ?? assert.fail('missing')));
    });
    test('any run of sets and deletes leaves what a Map would hold', async () => {
      let run = 0;
      const key = fc.string({ unit: 'binary', maxLength: 3 });
      const step = fc.oneof(
        fc.record({ kind: fc.constant('set' as const), key, value: fc.uint8Array({ maxLength: 20 }) }),
        fc.record({ kind: fc.constant('delete' as const), key }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async steps => {
          const label = `model-${run++}`;
          const model = new Map<string, Uint8Array>();
          // Not waited for one by one: the order of the calls is what counts, and a commit can take them all.
          const write = async (one: (typeof steps)[number]) =>
            okOf(await (one.kind === 'set' ? the().set(label, one.key, one.value) : the().delete(label, one.key)));
          await Promise.all(steps.map(write));
          for (const one of steps) {
            if (one.kind === 'set') model.set(one.key, one.value);
            else model.delete(one.key);
          }
          assert.deepEqual(okOf(await the().getKeys(label)).toSorted(), [...model.keys()].toSorted());
          for (const [key, value] of model) assert.deepStrictEqual(await get(label, key), value);
        }),
        { numRuns: 25 },
      );
    });
  });
}
