// The host interface as the runtime and a guest meet it: labels, permissions, the errors of WIT, the start and the stop.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import Database from 'better-sqlite3';
import type { App, Label } from '../../../src/app/app.ts';
import { TspinError } from '../../../src/errors.ts';
import { keyValueV2, type OpenStore } from '../../../src/host/key-value/declarations.ts';
import { keyValue } from '../../../src/host/key-value/key-value.ts';
import { openStoresMax } from '../../../src/host/key-value/open-stores.ts';
import { ok, okay } from '../../../src/wit/types.ts';
import { bytes } from '../../contract/key-value-store.ts';
import { bootHost, type StubOptions } from '../harness.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const label = (name: string): Label => ({ name, at: undefined });
const withDefault = { components: [{ keyValueStores: [label('default')] }] } satisfies StubOptions;
/** An app's own state directory, as `loadApplication` makes it of it. */
const keptIn = (stateDirectory: string): Partial<App> => ({
  stateDirectory,
  keyValueStores: new Map([['default', { path: join(stateDirectory, 'sqlite_key_value.db') }]]),
});
const denied = { tag: 'err', val: { tag: 'access-denied' } };

async function boot(t: TestContext, options: StubOptions) {
  const booted = await bootHost(keyValue, options);
  t.after(() => booted.host.close?.());
  return { ...booted, guest: booted.functions(keyValueV2) };
}

async function opened(guest: { '[static]store.open': (label: string) => unknown }): Promise<OpenStore> {
  const result = (await guest['[static]store.open']('default')) as { tag: string; val: OpenStore };
  assert.equal(result.tag, 'ok');
  return result.val;
}

describe('a guest', () => {
  test('sets, gets, lists and deletes in a store that it may open', async t => {
    const { guest } = await boot(t, withDefault);
    const store = await opened(guest);
    assert.deepEqual(await guest['[method]store.get'](store, 'k'), ok(undefined));
    assert.deepEqual(await guest['[method]store.set'](store, 'k', bytes('v')), okay);
    assert.deepEqual(await guest['[method]store.get'](store, 'k'), ok(bytes('v')));
    assert.deepEqual(await guest['[method]store.exists'](store, 'k'), ok(true));
    assert.deepEqual(await guest['[method]store.get-keys'](store), ok(['k']));
    assert.deepEqual(await guest['[method]store.delete'](store, 'k'), okay);
    assert.deepEqual(await guest['[method]store.exists'](store, 'k'), ok(false));
  });

  test('is refused a label that its component does not list, whether the store exists or not', async t => {
    const { guest, warnings } = await boot(t, { components: [{}, ...withDefault.components] });
    assert.deepEqual(await guest['[static]store.open']('default'), denied);
    assert.deepEqual(await guest['[static]store.open']('nowhere'), denied);
    assert.deepEqual(await guest['[static]store.open']('default'), denied);
    assert.equal(warnings.length, 2);
    assert.match(
      warnings[0] ?? '',
      /"stub" was refused the key-value store "default": add "default" to key_value_stores in \[component.stub\]/,
    );
  });

  test('may hold many stores open, not endlessly many, and gets room by dropping one', async t => {
    const { guest, state, drop } = await boot(t, withDefault);
    const store = await opened(guest);
    state.openStores = openStoresMax;
    assert.deepEqual(await guest['[static]store.open']('default'), { tag: 'err', val: { tag: 'store-table-full' } });
    drop(keyValueV2, 'store', store);
    await opened(guest);
  });

  test('shares the store with other components and invocations of the app', async t => {
    const { guest, begin, host } = await boot(t, withDefault);
    await guest['[method]store.set'](await opened(guest), 'k', bytes('v'));
    const second = begin();
    assert.deepEqual(second.stores.get('default')?.get('default', 'k'), ok(bytes('v')));
    host.end?.(second);
  });
});

describe('at start', () => {
  test('--key-value is written although no component may read it, the last of a key winning', async t => {
    const { state } = await boot(t, {
      app: {
        initialKeyValues: [
          ['a', '1'],
          ['b=c', 'ä'],
          ['a', '2'],
        ],
      },
    });
    const store = state.stores.get('default');
    assert.deepEqual(store?.get('default', 'a'), ok(bytes('2')));
    assert.deepEqual(store?.get('default', 'b=c'), ok(bytes('ä')));
  });

  test('an app that uses no store makes no file', async t => {
    const folder = join(temporaryFolder(t), 'state');
    const { state } = await boot(t, { app: keptIn(folder) });
    assert.equal(state.stores.size, 0);
    assert.throws(() => mkdirSync(join(folder, 'x')), { code: 'ENOENT' });
  });

  test('state in a folder is there after a restart, state in memory is not', async t => {
    const stateDirectory = join(temporaryFolder(t), 'state', 'deeper');
    for (const [app, want] of [
      [keptIn(stateDirectory), ok(bytes('v'))],
      [{}, ok(undefined)],
    ] as const) {
      const first = await boot(t, { ...withDefault, app });
      await first.guest['[method]store.set'](await opened(first.guest), 'k', bytes('v'));
      await first.host.close?.();
      const second = await boot(t, { ...withDefault, app });
      assert.deepEqual(await second.guest['[method]store.get'](await opened(second.guest), 'k'), want);
    }
  });

  test('a label without a store is refused with its place and a likely name', async () => {
    const at = { file: 'spin.toml', line: 14, column: 21, length: 9, text: 'key_value_stores = ["defualt"]' };
    const error = await startFailure({ components: [{ id: 'cart', keyValueStores: [{ name: 'defualt', at }] }] });
    assert.equal(error.code, 'unknown-store-label');
    assert.equal(error.at, at);
    assert.equal(error.message, 'component "cart" uses the key-value store "defualt", which is not defined');
    assert.deepEqual(error.help, ['did you mean "default"?']);
  });

  test('a state directory that cannot be made is refused', async t => {
    const file = join(temporaryFolder(t), 'file');
    writeFileSync(file, '');
    const error = await startFailure({ ...withDefault, app: keptIn(join(file, 'state')) });
    assert.equal(error.code, 'state-directory-unusable');
    assert.match(error.help.join(), /--state-dir/);
  });

  const files: readonly (readonly [string, string, (path: string) => void])[] = [
    [
      'a text file in its place',
      'key-value-file-damaged',
      path => writeFileSync(path, 'not a database, and long enough to be read as one '.repeat(50)),
    ],
    ['a table with other columns', 'key-value-file-damaged', path => makeTable(path, 'CREATE TABLE spin_key_value (a, b)')],
    ['a folder in its place', 'key-value-file-unusable', path => mkdirSync(path)],
  ];
  for (const [what, code, make] of files) {
    test(`${what} is refused as ${code}, with the path`, async t => {
      const stateDirectory = temporaryFolder(t);
      make(join(stateDirectory, 'sqlite_key_value.db'));
      const error = await startFailure({ ...withDefault, app: keptIn(stateDirectory) });
      assert.equal(error.code, code);
      assert.ok(error.message.includes(stateDirectory));
    });
  }
});

async function startFailure(options: StubOptions): Promise<TspinError> {
  try {
    await bootHost(keyValue, options);
  } catch (error) {
    assert.ok(error instanceof TspinError, String(error));
    return error;
  }
  assert.fail('it started');
}

function makeTable(path: string, sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.close();
}
