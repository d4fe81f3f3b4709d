// The part of the store contract that is about many keys at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Store } from '../../src/host/key-value/store.ts';
import { bytes, okOf, text } from './store-results.ts';

export function batchContract(the: () => Store): void {
  const getMany = async (label: string, keys: readonly string[]) =>
    okOf(await the().getMany(label, keys)).map(([key, value]) => [key, text(value)]);

  test('get-many gives what exists, each once, in the order of the bytes of the keys', async () => {
    const label = 'get-many';
    // In UTF-16 the last two are the other way round.
    const keys = ['', 'a', 'b', 'ä', '\uffee', '\u{1f600}'];
    for (const key of keys) okOf(await the().set(label, key, bytes(`of ${key}`)));
    const asked = ['\u{1f600}', 'missing', 'b', '\uffee', 'b', 'ä', 'a', ''];
    assert.deepEqual(
      await getMany(label, asked),
      keys.map(key => [key, `of ${key}`]),
    );
    assert.deepEqual(await getMany('another label', asked), []);
    assert.deepEqual(await getMany(label, []), []);
  });

  test('set-many sets all, the last of a key winning', async () => {
    const label = 'set-many';
    okOf(await the().set(label, 'a', bytes('old')));
    okOf(await the().setMany(label, [['a', '1'] as const, ['b', '2'] as const, ['a', '3'] as const].map(pair)));
    assert.deepEqual(await getMany(label, ['a', 'b']), [
      ['a', '3'],
      ['b', '2'],
    ]);
    okOf(await the().setMany(label, []));
  });

  test('a part of a larger buffer is set by set-many without its surroundings', async () => {
    okOf(await the().setMany('set-many-part', [['k', bytes('before value after').subarray(7, 12)]]));
    assert.deepEqual(await getMany('set-many-part', ['k']), [['k', 'value']]);
  });

  test('delete-many deletes those that exist, and no others', async () => {
    const label = 'delete-many';
    okOf(
      await the().setMany(
        label,
        ['a', 'b', 'c'].map(key => [key, bytes(key)] as const),
      ),
    );
    okOf(await the().deleteMany(label, ['c', 'missing', 'a', 'c']));
    assert.deepEqual(okOf(await the().getKeys(label)), ['b']);
    okOf(await the().deleteMany(label, []));
  });

  test('get-many never sees a part of a set-many', async () => {
    const label = 'whole';
    const keys = ['a', 'b', 'c'];
    const writing = (async () => {
      for (let round = 0; round < 50; round += 1) {
        okOf(
          await the().setMany(
            label,
            keys.map(key => [key, bytes(String(round))] as const),
          ),
        );
      }
      return 'written' as const;
    })();
    let turn: 'written' | 'next' = 'next';
    while (turn === 'next') {
      const seen = await getMany(label, keys);
      assert.ok(new Set(seen.map(([, value]) => value)).size <= 1, JSON.stringify(seen));
      assert.ok(seen.length === 0 || seen.length === keys.length);
      turn = await Promise.race([writing, nextTurn('next' as const)]);
    }
  });
}

const pair = ([key, value]: readonly [string, string]): readonly [string, Uint8Array] => [key, bytes(value)];
