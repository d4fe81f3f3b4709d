// fermyon:spin/key-value of Spin 1: numbers for stores, errors of its own.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { keyValueV1 } from '../../../src/host/key-value/declarations-1.ts';
import { keyValue } from '../../../src/host/key-value/key-value.ts';
import { openStoresMax } from '../../../src/host/key-value/open-stores.ts';
import { err, ok, okay } from '../../../src/wit/types.ts';
import { bytes } from '../../contract/store-results.ts';
import { bootHost, StubTrap } from '../harness.ts';

async function boot(t: TestContext) {
  const booted = await bootHost(keyValue, { components: [{ keyValueStores: [{ name: 'default', at: undefined }] }] });
  t.after(() => booted.host.close?.());
  const guest = booted.functions(keyValueV1);
  const open = async (): Promise<number> => {
    const opened = await guest.open('default');
    assert.ok(opened.tag === 'ok');
    return opened.val;
  };
  return { ...booted, guest, open };
}

test('a guest of Spin 1 sets, gets, lists and deletes; a missing key is an error of get only', async t => {
  const { guest, open } = await boot(t);
  const store = await open();
  assert.deepEqual(await guest.get(store, 'k'), err({ tag: 'no-such-key' }));
  assert.deepEqual(await guest.exists(store, 'k'), ok(false));
  assert.deepEqual(await guest.delete(store, 'k'), okay);
  assert.deepEqual(await guest.set(store, 'k', bytes('')), okay);
  assert.deepEqual(await guest.get(store, 'k'), ok(bytes('')));
  assert.deepEqual(await guest.exists(store, 'k'), ok(true));
  assert.deepEqual(await guest['get-keys'](store), ok(['k']));
});

test('a label that is not listed is refused', async t => {
  const { guest, warnings } = await boot(t);
  assert.deepEqual(await guest.open('other'), err({ tag: 'access-denied' }));
  assert.equal(warnings.length, 1);
});

test('a number that is no open store traps, but for close', async t => {
  const { guest, open } = await boot(t);
  const store = await open();
  const other = await open();
  assert.notEqual(store, other);
  guest.close(store);
  guest.close(store);
  guest.close(4_000_000_000);
  for (const call of [
    () => guest.get(store, 'k'),
    () => guest.set(store, 'k', bytes('v')),
    () => guest.delete(store, 'k'),
    () => guest.exists(store, 'k'),
    () => guest['get-keys'](store),
  ]) {
    assert.throws(call, new StubTrap(`the key-value store number ${store} is not open`));
  }
  assert.deepEqual(await guest.exists(other, 'k'), ok(false));
});

test('as many stores as for later interfaces may be open, and a closed one makes room', async t => {
  const { guest, open, state } = await boot(t);
  const numbers: number[] = [];
  for (let count = 0; count < openStoresMax; count += 1) numbers.push(await open());
  assert.equal(new Set(numbers).size, openStoresMax);
  assert.deepEqual(await guest.open('default'), err({ tag: 'store-table-full' }));
  guest.close(17);
  assert.equal(await open(), 17);
  for (const number of numbers) guest.close(number);
  assert.equal(state.openStores, 0);
});

test('what a backend cannot do is `io`', async t => {
  const { guest, open, host } = await boot(t);
  const store = await open();
  await host.close?.();
  const written = await guest.set(store, 'k', bytes('v'));
  assert.deepEqual(written, err({ tag: 'io', val: 'the store is closed' }));
});
