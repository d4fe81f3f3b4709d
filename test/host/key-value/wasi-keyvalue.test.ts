// wasi:keyvalue: store, batch and atomics as a guest meets them.
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import type { CompareAndSwap } from '../../../src/host/key-value/compare-and-swap.ts';
import { wasiAtomics, wasiBatch, wasiStore } from '../../../src/host/key-value/declarations-wasi.ts';
import type { OpenStore } from '../../../src/host/key-value/declarations.ts';
import { keyValue } from '../../../src/host/key-value/key-value.ts';
import { openStoresMax, type KeyValueState } from '../../../src/host/key-value/open-stores.ts';
import { openCompareAndSwapsMax } from '../../../src/host/key-value/wasi-atomics.ts';
import { err, ok, okay, type Result } from '../../../src/wit/types.ts';
import { bytes } from '../../contract/store-results.ts';
import { bootHost } from '../harness.ts';

async function boot(t: TestContext) {
  const booted = await bootHost(keyValue, { components: [{ keyValueStores: [{ name: 'default', at: undefined }] }] });
  t.after(() => booted.host.close?.());
  const store = booted.functions(wasiStore);
  const bucket = valueOf(await store.open('default'));
  return { ...booted, bucket, store, batch: booted.functions(wasiBatch), atomics: booted.functions(wasiAtomics) };
}

function valueOf<T>(result: Result<T, unknown>): T {
  assert.ok(result.tag === 'ok', JSON.stringify(result));
  return result.val;
}

const other = (text: string) => err({ tag: 'other', val: text });

describe('a bucket', () => {
  test('gets, sets, deletes and lists', async t => {
    const { store, bucket } = await boot(t);
    assert.deepEqual(await store['[method]bucket.get'](bucket, 'k'), ok(undefined));
    assert.deepEqual(await store['[method]bucket.set'](bucket, 'k', bytes('v')), okay);
    assert.deepEqual(await store['[method]bucket.get'](bucket, 'k'), ok(bytes('v')));
    assert.deepEqual(await store['[method]bucket.exists'](bucket, 'k'), ok(true));
    assert.deepEqual(await store['[method]bucket.list-keys'](bucket, undefined), ok({ keys: ['k'], cursor: undefined }));
    assert.deepEqual(await store['[method]bucket.delete'](bucket, 'k'), okay);
    assert.deepEqual(await store['[method]bucket.list-keys'](bucket, undefined), ok({ keys: [], cursor: undefined }));
  });

  test('knows no cursor, the empty one neither', async t => {
    const { store, bucket } = await boot(t);
    for (const cursor of ['', '1']) {
      assert.deepEqual(await store['[method]bucket.list-keys'](bucket, cursor), other('list_keys: cursor not supported'));
    }
  });

  test('is refused without permission, and when too many are open', async t => {
    const { store, state, bucket, drop } = await boot(t);
    assert.deepEqual(await store.open('elsewhere'), err({ tag: 'access-denied' }));
    state.openStores = openStoresMax;
    assert.deepEqual(await store.open('default'), other('store table full'));
    drop(wasiStore, 'bucket', bucket);
    assert.equal((await store.open('default')).tag, 'ok');
  });
});

describe('batch', () => {
  test('gives pairs of what exists', async t => {
    const { batch, bucket } = await boot(t);
    assert.deepEqual(
      await batch['set-many'](bucket, [
        ['b', bytes('2')],
        ['a', bytes('1')],
      ]),
      okay,
    );
    const got = ok([
      ['a', bytes('1')],
      ['b', bytes('2')],
    ]);
    assert.deepEqual(await batch['get-many'](bucket, ['b', 'c', 'a', 'b']), got);
    assert.deepEqual(await batch['delete-many'](bucket, ['a', 'c']), okay);
    assert.deepEqual(await batch['get-many'](bucket, ['a', 'b']), ok([['b', bytes('2')]]));
  });

  test('of nothing asks no store', async t => {
    const { batch } = await boot(t);
    const closed = new Proxy({}, { get: () => assert.fail('asked') }) as OpenStore['store'];
    const bucket: OpenStore = { label: 'default', store: closed };
    assert.deepEqual(batch['get-many'](bucket, []), ok([]));
    assert.deepEqual(batch['set-many'](bucket, []), okay);
    assert.deepEqual(batch['delete-many'](bucket, []), okay);
  });
});

describe('a compare-and-swap', () => {
  async function withKey(t: TestContext, value?: string) {
    const booted = await boot(t);
    const { atomics, store, bucket } = booted;
    const set = async (value: string) => assert.deepEqual(await store['[method]bucket.set'](bucket, 'k', bytes(value)), okay);
    const get = async (): Promise<string | undefined> => {
      const read = valueOf(await store['[method]bucket.get'](bucket, 'k'));
      return read && new TextDecoder().decode(read);
    };
    if (value !== undefined) await set(value);
    const cas = async () => valueOf(await atomics['[static]cas.new'](bucket, 'k'));
    const look = async (one: CompareAndSwap) => atomics['[method]cas.current'](one);
    const swap = async (one: CompareAndSwap, value: string) => atomics.swap(one, bytes(value));
    return { ...booted, set, get, cas, look, swap };
  }

  test('swaps what it has seen', async t => {
    const { cas, look, swap, get, state } = await withKey(t, '1');
    const one = await cas();
    assert.deepEqual(await look(one), ok(bytes('1')));
    assert.deepEqual(await swap(one, '2'), okay);
    assert.equal(await get(), '2');
    assert.equal(state.openCompareAndSwaps, 0);
  });

  test('fails when it has seen another value, and gives one that has seen the new', async t => {
    const { cas, look, swap, set, get } = await withKey(t, '1');
    const one = await cas();
    await look(one);
    await set('2');
    const failed = await swap(one, '3');
    assert.ok(failed.tag === 'err' && failed.val.tag === 'cas-failed');
    assert.equal(await get(), '2');
    await set('4');
    const again = await swap(failed.val.val, '3');
    assert.equal(again.tag, 'err', 'it has looked without being asked');
    assert.ok(again.tag === 'err' && again.val.tag === 'cas-failed');
    assert.deepEqual(await swap(again.val.val, '5'), okay);
    assert.equal(await get(), '5');
  });

  test('that has not looked sets, as in Spin', async t => {
    const { cas, swap, set, get } = await withKey(t, '1');
    const one = await cas();
    await set('2');
    assert.deepEqual(await swap(one, '3'), okay);
    assert.equal(await get(), '3');
  });

  test('that has seen no value makes one, and fails when another has', async t => {
    const { cas, look, swap, get } = await withKey(t);
    const [one, two] = [await cas(), await cas()];
    assert.deepEqual([await look(one), await look(two)], [ok(undefined), ok(undefined)]);
    assert.deepEqual(await swap(one, '1'), okay);
    assert.equal((await swap(two, '2')).tag, 'err');
    assert.equal(await get(), '1');
  });

  test('that has seen a value fails when the key is deleted', async t => {
    const { cas, look, swap, get, store, bucket } = await withKey(t, '1');
    const one = await cas();
    await look(one);
    assert.deepEqual(await store['[method]bucket.delete'](bucket, 'k'), okay);
    assert.equal((await swap(one, '2')).tag, 'err');
    assert.equal(await get(), undefined);
  });

  test('is limited in number, and what it remembers is counted for as long as the guest has it', async t => {
    const held: number[] = [];
    const { cas, look, swap, set, atomics, bucket, state, drop } = await withKey(t, 'x'.repeat(1000));
    const counting: KeyValueState = { ...state, hold: bytes => void held.push(bytes) };
    Object.assign(state, counting);
    const sum = (): number => held.reduce((total, one) => total + one, 0);
    const [one, two] = [await cas(), await cas()];
    await look(one);
    await look(one);
    await look(two);
    assert.ok(sum() > 2000 && sum() < 3000, `${sum()}`);
    drop(wasiAtomics, 'cas', one);
    await set('y');
    const failed = await swap(two, '');
    assert.ok(failed.tag === 'err' && failed.val.tag === 'cas-failed');
    assert.ok(sum() > 0 && sum() < 1000, `${sum()}`);
    drop(wasiAtomics, 'cas', failed.val.val);
    assert.equal(sum(), 0);
    assert.equal(state.openCompareAndSwaps, 0);
    state.openCompareAndSwaps = openCompareAndSwapsMax;
    assert.deepEqual(await atomics['[static]cas.new'](bucket, 'k'), other('too many compare_and_swaps opened'));
  });

  test('says what the store could not do, and is let go of', async t => {
    const { cas, swap, host, state } = await withKey(t, '1');
    const one = await cas();
    await host.close?.();
    assert.deepEqual(await swap(one, '2'), err({ tag: 'store-error', val: { tag: 'other', val: 'the store is closed' } }));
    assert.equal(state.openCompareAndSwaps, 0);
  });
});

test('increment counts, and says why it cannot', async t => {
  const { atomics, store, bucket } = await boot(t);
  assert.deepEqual(await atomics.increment(bucket, 'n', 5n), ok(5n));
  assert.deepEqual(await atomics.increment(bucket, 'n', -7n), ok(-2n));
  await store['[method]bucket.set'](bucket, 'n', bytes('12'));
  assert.deepEqual(await atomics.increment(bucket, 'n', 1n), other('the value of this key has 2 bytes; a counter is 8 bytes'));
});

test('reads answer at once, writes wait', async t => {
  const { store, batch, atomics, bucket, host } = await boot(t);
  const cas = valueOf(await atomics['[static]cas.new'](bucket, 'k'));
  for (const read of [
    store['[method]bucket.get'](bucket, 'k'),
    store['[method]bucket.list-keys'](bucket, undefined),
    batch['get-many'](bucket, ['k']),
    atomics['[method]cas.current'](cas),
  ]) {
    assert.ok(!(read instanceof Promise));
  }
  const atOnce = new Set(host.atOnce);
  for (const name of ['store#open', 'store#[method]bucket.exists', 'atomics#[static]cas.new', 'atomics#[method]cas.current']) {
    assert.ok(atOnce.has(`wasi:keyvalue/${name}`), name);
  }
  for (const name of ['atomics#increment', 'atomics#swap', 'batch#set-many', 'batch#get-many', 'store#[method]bucket.list-keys'])
    assert.ok(!atOnce.has(`wasi:keyvalue/${name}`), name);
});
