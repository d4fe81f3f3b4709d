// A store as one invocation sees it: written for the guest before it is on disk (ADR 023).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvocationStore, Withholding } from '../../../src/host/key-value/invocation-store.ts';
import type { Store, StoreResult } from '../../../src/host/key-value/store.ts';
import { Withheld } from '../../../src/host/withheld.ts';
import { err, ok, okay } from '../../../src/wit/types.ts';
import { bytes } from '../../contract/store-results.ts';

/** A store whose writes are kept when the test says so. */
function slowStore(isReliable = true) {
  const kept = new Map<string, Uint8Array>();
  const writes: string[] = [];
  const waiting: ((result: StoreResult<undefined>) => void)[] = [];
  const write = async (what: string, done: () => void): Promise<StoreResult<undefined>> => {
    writes.push(what);
    const { promise, resolve } = Promise.withResolvers<StoreResult<undefined>>();
    waiting.push(result => {
      if (result.tag === 'ok') done();
      resolve(result);
    });
    return promise;
  };
  const store: Partial<Store> = {
    isReliable,
    get: (_, key) => ok(kept.get(key)),
    exists: (_, key) => ok(kept.has(key)),
    getKeys: () => ok([...kept.keys()]),
    getMany: (_, keys) => ok(keys.flatMap(key => (kept.has(key) ? [[key, kept.get(key)!] as [string, Uint8Array]] : []))),
    set: (_, key, value) => write(`set ${key}`, () => kept.set(key, value)),
    delete: (_, key) => write(`delete ${key}`, () => kept.delete(key)),
    increment: (_, key) => {
      writes.push(`increment ${key}`);
      return Promise.resolve(ok(1n));
    },
  };
  return {
    store: store as Store,
    writes,
    settle: (result: StoreResult<undefined> = okay): void => waiting.splice(0).forEach(resolve => resolve(result)),
  };
}

function invocation() {
  const withheld = new Withheld();
  const failures: string[] = [];
  const shared = new Withholding(size => withheld.add(size, reason => failures.push(reason)));
  return { withheld, failures, shared };
}

const settled = async (promise: unknown): Promise<boolean> => {
  let isSettled = false;
  void (promise as Promise<unknown>).then(() => (isSettled = true));
  await new Promise(resolve => setImmediate(resolve));
  return isSettled;
};

test('a write is done for the guest at once, and it reads what it wrote', async () => {
  const { store, settle } = slowStore();
  const { withheld, shared } = invocation();
  const seen = new InvocationStore(store, shared);
  assert.deepEqual(seen.set('a', 'k', bytes('v')), okay);
  assert.deepEqual([seen.get('a', 'k'), seen.exists('a', 'k')], [ok(bytes('v')), ok(true)]);
  // Another handle of the same invocation, too; another label has keys of its own.
  assert.deepEqual(new InvocationStore(store, shared).get('a', 'k'), ok(bytes('v')));
  assert.deepEqual(seen.get('b', 'k'), ok(undefined));
  assert.deepEqual(seen.delete('a', 'k'), okay);
  assert.deepEqual([seen.get('a', 'k'), seen.exists('a', 'k')], [ok(undefined), ok(false)]);
  assert.equal(withheld.isEmpty, false);
  settle();
  assert.equal(await withheld.kept(), undefined);
  assert.deepEqual(seen.get('a', 'k'), ok(undefined));
});

test('another invocation reads what is on disk', () => {
  const { store } = slowStore();
  new InvocationStore(store, invocation().shared).set('a', 'k', bytes('v'));
  assert.deepEqual(new InvocationStore(store, invocation().shared).get('a', 'k'), ok(undefined));
});

test('a listing waits for what the guest wrote', async () => {
  const { store, settle } = slowStore();
  const seen = new InvocationStore(store, invocation().shared);
  assert.deepEqual(seen.getKeys('a'), ok([]));
  seen.set('a', 'k', bytes('v'));
  const [keys, many] = [seen.getKeys('a'), seen.getMany('a', ['k'])];
  assert.equal(await settled(keys), false);
  settle();
  assert.deepEqual([await keys, await many], [ok(['k']), ok([['k', bytes('v')]])]);
});

test('a store whose last write was not kept, or had none, makes the guest wait and tells it of a failure', async () => {
  const { store, settle } = slowStore(false);
  const { withheld, shared, failures } = invocation();
  const set = new InvocationStore(store, shared).set('a', 'k', bytes('v'));
  assert.equal(await settled(set), false);
  settle(err({ kind: 'failed', message: 'disk on fire' }));
  assert.deepEqual([await set, failures, withheld.isEmpty], [err({ kind: 'failed', message: 'disk on fire' }), [], true]);
});

test('so does an invocation that can withhold nothing', async () => {
  const { store, settle } = slowStore();
  const set = new InvocationStore(store, new Withholding(() => undefined)).set('a', 'k', bytes('v'));
  assert.equal(await settled(set), false);
  settle();
  assert.deepEqual(await set, okay);
});

test('a failure after the guest was told is the end of the invocation', async () => {
  const { store, settle } = slowStore();
  const { withheld, shared, failures } = invocation();
  new InvocationStore(store, shared).set('a', 'k', bytes('v'));
  settle(err({ kind: 'failed', message: 'disk on fire' }));
  assert.equal(await withheld.kept(), 'disk on fire');
  assert.deepEqual(failures, ['disk on fire']);
});

test('a write to another file is handed over when those before it are on disk', async () => {
  const [one, other] = [slowStore(), slowStore()];
  const { shared } = invocation();
  const [first, second] = [new InvocationStore(one.store, shared), new InvocationStore(other.store, shared)];
  first.set('a', 'k', bytes('v'));
  const set = second.set('b', 'k', bytes('v'));
  const counted = second.increment('b', 'n', 1n);
  assert.deepEqual([await settled(counted), other.writes], [false, []]);
  one.settle();
  assert.deepEqual([await counted, other.writes], [ok(1n), ['set k', 'increment n']]);
  other.settle();
  assert.deepEqual(await set, okay);
});
