// spin:key-value/key-value@3.0.0: the same stores as 2.0.0, with keys as a stream.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyValueV2, type OpenStore } from '../../../src/host/key-value/declarations.ts';
import { keyValueV3 } from '../../../src/host/key-value/declarations-3.ts';
import { keyValue } from '../../../src/host/key-value/key-value.ts';
import { err, ok, okay } from '../../../src/wit/types.ts';
import { bytes } from '../../contract/key-value-store.ts';
import { bootHost } from '../harness.ts';

test('a guest of 3.0.0 sees what one of 2.0.0 wrote; reads answer at once', async t => {
  const booted = await bootHost(keyValue, { components: [{ keyValueStores: [{ name: 'default', at: undefined }] }] });
  t.after(() => booted.host.close?.());
  const { functions, host, drop, state } = booted;
  const guest = functions(keyValueV3);
  const older = functions(keyValueV2);
  const open = (answer: unknown): OpenStore => {
    const result = answer as { tag: string; val: OpenStore };
    assert.equal(result.tag, 'ok');
    return result.val;
  };
  const store = open(guest['[static]store.open']('default'));
  const other = open(older['[static]store.open']('default'));
  assert.deepEqual(await older['[method]store.set'](other, 'a', bytes('1')), okay);
  assert.deepEqual(await guest['[method]store.set'](store, 'b', bytes('2')), okay);
  assert.deepEqual(guest['[method]store.get'](store, 'a'), ok(bytes('1')));
  assert.deepEqual(guest['[method]store.exists'](store, 'c'), ok(false));
  const listed = guest['[method]store.get-keys'](store);
  assert(!(listed instanceof Promise));
  const [keys, end] = listed;
  assert.deepEqual([keys.read(1), keys.ended, keys.read(10), keys.ended], [['a'], false, ['b'], true]);
  assert.deepEqual(end.settled, { value: okay });
  assert.deepEqual(await guest['[method]store.delete'](store, 'a'), okay);
  assert.deepEqual(guest['[static]store.open']('other'), err({ tag: 'access-denied' }));
  assert.equal(state.openStores, 2);
  drop(keyValueV3, 'store', store);
  assert.equal(state.openStores, 1);
  for (const name of ['[static]store.open', '[method]store.get', '[method]store.exists']) {
    assert.ok(host.atOnce?.includes(`spin:key-value/key-value#${name}`), name);
  }
  // It waits for what the guest wrote before.
  assert.ok(!host.atOnce?.includes('spin:key-value/key-value#[method]store.get-keys'));
});
