// A store that cannot do what is asked: what the guest hears, by each function of each interface (spin-behaviour 3.2).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { keyValueV1 } from '../../../src/host/key-value/declarations-1.ts';
import { keyValueV3 } from '../../../src/host/key-value/declarations-3.ts';
import { wasiAtomics, wasiBatch, wasiStore } from '../../../src/host/key-value/declarations-wasi.ts';
import { keyValueV2 } from '../../../src/host/key-value/declarations.ts';
import { keyValue } from '../../../src/host/key-value/key-value.ts';
import type { KeyValueState } from '../../../src/host/key-value/open-stores.ts';
import type { Store, StoreError } from '../../../src/host/key-value/store.ts';
import { err, type Result } from '../../../src/wit/types.ts';
import { bytes } from '../../contract/store-results.ts';
import { bootHost } from '../harness.ts';

/** Fails at everything. */
const failing = (error: StoreError): Store => new Proxy({}, { get: () => () => err(error) }) as Store;

async function boot(error: StoreError, stores = new Map([['default', failing(error)]])) {
  const { functions, state } = await bootHost(keyValue);
  const of: KeyValueState = { ...state, allowed: new Set(['default']), stores };
  return {
    v1: functions(keyValueV1, of),
    v2: functions(keyValueV2, of),
    v3: functions(keyValueV3, of),
    store: functions(wasiStore, of),
    batch: functions(wasiBatch, of),
    atomics: functions(wasiAtomics, of),
  };
}

function valueOf<T>(result: Result<T, unknown>): T {
  assert.ok(result.tag === 'ok', JSON.stringify(result));
  return result.val;
}

const errors: readonly (readonly [what: string, error: StoreError, text: string])[] = [
  ['that failed', { kind: 'failed', message: 'disk on fire' }, 'disk on fire'],
  [
    'whose answer would be too large',
    { kind: 'result-too-large', limitBytes: 134_217_728 },
    'query result exceeds limit of 134217728 bytes',
  ],
];

for (const [what, error, val] of errors) {
  describe(`a store ${what}`, () => {
    test('is `io` in the interface without a version', async () => {
      const { v1 } = await boot(error);
      const number = valueOf(await v1.open('default'));
      const io = err({ tag: 'io', val });
      assert.deepEqual(await v1.get(number, 'k'), io);
      assert.deepEqual(await v1.set(number, 'k', bytes('v')), io);
      assert.deepEqual(await v1.delete(number, 'k'), io);
      assert.deepEqual(await v1.exists(number, 'k'), io);
      assert.deepEqual(await v1['get-keys'](number), io);
    });

    test('is `other` in 2.0.0 and 3.0.0; the keys of 3.0.0 end with it', async () => {
      const { v2, v3 } = await boot(error);
      const other = err({ tag: 'other', val });
      for (const guest of [v2, v3]) {
        const store = valueOf(await guest['[static]store.open']('default'));
        assert.deepEqual(await guest['[method]store.get'](store, 'k'), other);
        assert.deepEqual(await guest['[method]store.set'](store, 'k', bytes('v')), other);
        assert.deepEqual(await guest['[method]store.delete'](store, 'k'), other);
        assert.deepEqual(await guest['[method]store.exists'](store, 'k'), other);
      }
      const store = valueOf(await v2['[static]store.open']('default'));
      assert.deepEqual(await v2['[method]store.get-keys'](store), other);
      const [keys, end] = await v3['[method]store.get-keys'](store);
      assert.deepEqual([keys.read(1), keys.ended, end.settled], [undefined, true, { value: other }]);
    });

    test('is `other` in wasi:keyvalue, and `store-error` for a swap', async () => {
      const { store, batch, atomics } = await boot(error);
      const other = err({ tag: 'other', val });
      const bucket = valueOf(await store.open('default'));
      assert.deepEqual(await store['[method]bucket.get'](bucket, 'k'), other);
      assert.deepEqual(await store['[method]bucket.set'](bucket, 'k', bytes('v')), other);
      assert.deepEqual(await store['[method]bucket.delete'](bucket, 'k'), other);
      assert.deepEqual(await store['[method]bucket.exists'](bucket, 'k'), other);
      assert.deepEqual(await store['[method]bucket.list-keys'](bucket, undefined), other);
      assert.deepEqual(await batch['get-many'](bucket, ['k']), other);
      assert.deepEqual(await batch['set-many'](bucket, [['k', bytes('v')]]), other);
      assert.deepEqual(await batch['delete-many'](bucket, ['k']), other);
      assert.deepEqual(await atomics.increment(bucket, 'k', 1n), other);
      const cas = valueOf(await atomics['[static]cas.new'](bucket, 'k'));
      assert.deepEqual(await atomics['[method]cas.current'](cas), other);
      assert.deepEqual(await atomics.swap(cas, bytes('v')), err({ tag: 'store-error', val: other.val }));
    });
  });
}

test('a label that is listed and has no store is no-such-store, in each interface', async () => {
  const { v1, v2, v3, store } = await boot({ kind: 'failed', message: '' }, new Map());
  const refused = err({ tag: 'no-such-store' });
  assert.deepEqual(await v1.open('default'), refused);
  assert.deepEqual(await v2['[static]store.open']('default'), refused);
  assert.deepEqual(await v3['[static]store.open']('default'), refused);
  assert.deepEqual(await store.open('default'), refused);
});
