// wasi:keyvalue and Spin 1's key-value, by a guest in Rust: every operation, every error that a guest can meet.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadApp, TspinError } from '../../src/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { appFolder, componentCache, keyvalueWasm } from './guests.ts';
import { hex, hexOfCounter, tell, type Command } from './keyvalue-guest.ts';
import { testEveryWay, type Reached } from './matrix.ts';
import { serveApp } from './served-app.ts';

const app = { source: keyvalueWasm, component: 'keyvalue', stores: ['default'] };

type Step = readonly [Command, unknown];

/** Each command and its answer: `{ ok: … }` is written as the value, an error as `Error`, a trap as undefined. */
async function steps({ send }: Pick<Reached, 'send'>, list: readonly Step[]): Promise<void> {
  for (const [command, want] of list) {
    const answer = await tell(send, command);
    const expected = want === trapped ? undefined : want instanceof Error ? { err: want.message } : { ok: want };
    assert.deepEqual(answer, expected, JSON.stringify(command));
  }
}

const trapped = Symbol('trapped');

const k = { key: 'k' };

testEveryWay(
  'wasi:keyvalue gets, sets, deletes, lists',
  app =>
    steps(app, [
      [{ op: 'get', ...k }, null],
      [{ op: 'exists', ...k }, false],
      [{ op: 'set', ...k, value: hex('v') }, null],
      [{ op: 'get', ...k }, hex('v')],
      [{ op: 'set', key: '', value: '' }, null],
      [{ op: 'get', key: '' }, ''],
      [{ op: 'exists', ...k }, true],
      [{ op: 'keys' }, { keys: ['', 'k'], cursor: null }],
      [{ op: 'keys', cursor: '' }, new Error('other: list_keys: cursor not supported')],
      [{ op: 'delete', ...k }, null],
      [{ op: 'delete', ...k }, null],
      [{ op: 'exists', ...k }, false],
      [{ op: 'get', ...k, store: 'other' }, new Error('access-denied')],
    ]),
  { app },
);

testEveryWay(
  'wasi:keyvalue does many at once',
  app =>
    steps(app, [
      [{ op: 'get-many', keys: [] }, []],
      [
        {
          op: 'set-many',
          pairs: [
            ['b', hex('1')],
            ['a', hex('2')],
            ['b', hex('3')],
            ['ä', ''],
          ],
        },
        null,
      ],
      [
        { op: 'get-many', keys: ['ä', 'missing', 'b', 'a', 'b'] },
        [
          ['a', hex('2')],
          ['b', hex('3')],
          ['ä', ''],
        ],
      ],
      [{ op: 'delete-many', keys: ['b', 'missing'] }, null],
      [{ op: 'get-many', keys: ['a', 'b'] }, [['a', hex('2')]]],
      [{ op: 'set-many' }, null],
      [{ op: 'delete-many' }, null],
    ]),
  { app },
);

testEveryWay(
  'wasi:keyvalue counts and swaps',
  app =>
    steps(app, [
      [{ op: 'increment', key: 'n', delta: 40 }, 40],
      [{ op: 'increment', key: 'n', delta: 2 }, 42],
      [{ op: 'increment', key: 'n', delta: -43 }, -1],
      [{ op: 'get', key: 'n' }, hexOfCounter(-1n)],
      [{ op: 'set', key: 'n', value: hex('text') }, null],
      [{ op: 'increment', key: 'n' }, new Error('other: the value of this key has 4 bytes; a counter is 8 bytes')],
      [{ op: 'set', key: 'n', value: hexOfCounter(2n ** 63n - 1n) }, null],
      [{ op: 'increment', key: 'n' }, new Error('other: the counter would be 9223372036854775808, which is no s64')],
      [
        { op: 'swap', ...k, value: hex('1') },
        { swapped: true, seen: null },
      ],
      [
        { op: 'swap', ...k, value: hex('2') },
        { swapped: true, seen: hex('1') },
      ],
      [
        { op: 'swap', ...k, value: hex('3'), between: hex('x') },
        { swapped: false, seen: hex('2'), now: hex('x') },
      ],
      [{ op: 'get', ...k }, hex('x')],
      [
        { op: 'swap', ...k, value: hex('4'), between: hex('y'), retry: true },
        { swapped: false, seen: hex('x'), retried: true },
      ],
      [{ op: 'get', ...k }, hex('4')],
      [
        { op: 'swap', ...k, value: hex('5'), between: hex('z'), look: false },
        { swapped: true, seen: null },
      ],
      [{ op: 'get', ...k }, hex('5')],
      [
        { op: 'swap', key: 'new', value: hex('1'), between: hex('2') },
        { swapped: false, seen: null, now: hex('2') },
      ],
      [{ op: 'append', key: 'a', value: hex('1') }, 0],
      [{ op: 'append', key: 'a', value: hex('2') }, 0],
      [{ op: 'get', key: 'a' }, hex('12')],
      [{ op: 'leak' }, [10_000, 'other: too many compare_and_swaps opened']],
    ]),
  { app },
);

testEveryWay(
  "Spin 1's key-value gets, sets, deletes, lists, and shares the store",
  async app => {
    const v1 = { via: 'v1' } as const;
    await steps(app, [
      [{ ...v1, op: 'get', ...k }, new Error('no-such-key')],
      [{ ...v1, op: 'set', ...k, value: hex('v') }, null],
      [{ ...v1, op: 'get', ...k }, hex('v')],
      [{ op: 'get', ...k }, hex('v')],
      [{ ...v1, op: 'exists', ...k }, true],
      [{ ...v1, op: 'keys' }, ['k']],
      [{ ...v1, op: 'delete', ...k }, null],
      [{ ...v1, op: 'exists', ...k }, false],
      [{ ...v1, op: 'get', store: 'other' }, new Error('access-denied')],
      [{ ...v1, op: 'leak' }, [10_000, 'store-table-full']],
      [{ ...v1, op: 'unknown' }, trapped],
      [{ ...v1, op: 'closed' }, trapped],
      [{ ...v1, op: 'keys' }, []],
    ]);
    await app.idle();
    assert.match(app.warnings.join('\n'), /the key-value store number 12345 is not open/);
    assert.match(app.warnings.join('\n'), /the key-value store number 0 is not open/);
    assert.match(app.printed('stdout'), /^closed twice$/m);
  },
  { app },
);

for (const [workers, bindings] of [
  [0, 'fast'],
  [0, 'plain'],
  [2, 'fast'],
] as const) {
  test(`labels of a runtime configuration are files of their own, ${workers} workers, ${bindings} bindings`, async t => {
    const from = appFolder(t, {
      ...app,
      stores: ['default', 'cart', 'log', 'tmp'],
      files: {
        'conf/runtime.toml': [
          '[key_value_store.cart]\ntype = "spin"\npath = "../shop.db"',
          '[key_value_store.log]\ntype = "spin"\npath = "../shop.db"',
          '[key_value_store.tmp]\ntype = "spin"\n',
        ].join('\n'),
      },
    });
    const options = {
      from,
      stateDirectory: join(from, 'state'),
      runtimeConfigFile: join(from, 'conf/runtime.toml'),
      workers,
      instances: { bindings },
    };
    const { url, loaded } = await serveApp(t, {}, options);
    const send = (path: string, init?: RequestInit) => fetch(url + path, init);
    for (const [index, store] of ['default', 'cart', 'log', 'tmp'].entries()) {
      await steps({ send }, [
        [{ op: 'set', store, ...k, value: hex(store) }, null],
        [{ op: 'increment', store, key: 'n', delta: index }, index],
      ]);
    }
    for (const [index, store] of ['default', 'cart', 'log', 'tmp'].entries()) {
      await steps({ send }, [
        [{ op: 'get', store, ...k }, hex(store)],
        [{ op: 'increment', store, key: 'n', delta: 0 }, index],
      ]);
    }
    assert.deepEqual(loaded.app.runtimeConfig?.tables, [
      'key_value_store.cart: spin',
      'key_value_store.log: spin',
      'key_value_store.tmp: spin',
    ]);
    await loaded.close();
    assert.deepEqual(new Set(readdirSync(from)), new Set(['spin.toml', 'conf', 'state', 'shop.db']));
    assert.deepEqual(readdirSync(join(from, 'state')), ['sqlite_key_value.db']);
    const again = await serveApp(t, {}, options);
    const sendAgain = (path: string, init?: RequestInit) => fetch(again.url + path, init);
    await steps({ send: sendAgain }, [
      [{ op: 'get', store: 'cart', ...k }, hex('cart')],
      [{ op: 'get', store: 'log', ...k }, hex('log')],
      [{ op: 'get', store: 'tmp', ...k }, null],
    ]);
  });
}

test('a label that the runtime configuration does not have is refused before anything is made', async t => {
  const from = appFolder(t, { ...app, stores: ['cart', 'orders'] });
  const config = temporaryFolder(t);
  mkdirSync(join(config, 'conf'));
  writeFileSync(join(config, 'conf/runtime.toml'), '[key_value_store.cart]\ntype = "spin"\npath = "cart.db"\n');
  await assert.rejects(
    loadApp({ from, cacheDirectory: componentCache, runtimeConfigFile: join(config, 'conf/runtime.toml') }),
    (error: unknown) => error instanceof TspinError && error.code === 'unknown-store-label' && /"orders"/.test(error.message),
  );
  assert.deepEqual(readdirSync(from), ['spin.toml']);
  assert.deepEqual(readdirSync(join(config, 'conf')), ['runtime.toml']);
});
