// Several labels: on one file, on files of their own, in memory; which files are opened, and what is said when one cannot be.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import Database from 'better-sqlite3';
import type { App, Component } from '../../../src/app/app.ts';
import { TspinError } from '../../../src/errors.ts';
import { AppStores } from '../../../src/host/key-value/app-stores.ts';
import { keyValueV2, type OpenStore } from '../../../src/host/key-value/declarations.ts';
import { keyValue } from '../../../src/host/key-value/key-value.ts';
import { openSqliteStore } from '../../../src/host/key-value/sqlite-store.ts';
import { usedFiles } from '../../../src/host/key-value/used-files.ts';
import { ok } from '../../../src/wit/types.ts';
import { bytes, okOf, text } from '../../contract/store-results.ts';
import { bootHost } from '../harness.ts';
import { stateFile } from './open-store.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const using = (...labels: string[]): Partial<Component> => ({ keyValueStores: labels.map(name => ({ name, at: undefined })) });

/** Labels and what is behind each, relative to the folder; undefined: memory. */
const stores = (folder: string, paths: Readonly<Record<string, string | undefined>>): App['keyValueStores'] =>
  new Map(Object.entries(paths).map(([label, path]) => [label, { path: path === undefined ? undefined : join(folder, path) }]));

async function boot(t: TestContext, components: Partial<Component>[], app: Partial<App>) {
  const booted = await bootHost(keyValue, { components, app });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= booted.host.close?.() ?? Promise.resolve());
  t.after(close);
  const guest = booted.functions(keyValueV2);
  const open = async (label: string): Promise<OpenStore> => {
    const opened = await guest['[static]store.open'](label);
    assert.ok(opened.tag === 'ok', JSON.stringify(opened));
    return opened.val;
  };
  const set = async (label: string, key: string, value: string) =>
    assert.equal((await guest['[method]store.set'](await open(label), key, bytes(value))).tag, 'ok');
  const get = async (label: string, key: string) => {
    const read = await guest['[method]store.get'](await open(label), key);
    assert.ok(read.tag === 'ok');
    return text(read.val);
  };
  return { ...booted, guest, open, set, get, close };
}

const rowsOf = (path: string): unknown[] => {
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare('SELECT store, key, CAST(value AS TEXT) FROM spin_key_value ORDER BY 1, 2').raw().all();
  } finally {
    database.close();
  }
};

describe('labels', () => {
  test('on one file are apart by the column `store`, on files of their own by the file, and in memory leave nothing', async t => {
    const folder = temporaryFolder(t);
    const keyValueStores = stores(folder, {
      default: 'a.db',
      cart: 'a.db',
      log: 'deep/er/b.db',
      tmp: undefined,
      tmp2: undefined,
    });
    const { set, get, close } = await boot(t, [using('default', 'cart', 'log', 'tmp', 'tmp2')], { keyValueStores });
    for (const label of ['default', 'cart', 'log', 'tmp', 'tmp2']) await set(label, 'k', `of ${label}`);
    for (const label of ['default', 'cart', 'log', 'tmp', 'tmp2']) assert.equal(await get(label, 'k'), `of ${label}`);
    await close();
    assert.deepEqual(
      new Set(readdirSync(folder, { recursive: true, encoding: 'utf8' })),
      new Set(['a.db', 'deep', 'deep/er', 'deep/er/b.db']),
    );
    assert.deepEqual(rowsOf(join(folder, 'a.db')), [
      ['cart', 'k', 'of cart'],
      ['default', 'k', 'of default'],
    ]);
    assert.deepEqual(rowsOf(join(folder, 'deep/er/b.db')), [['log', 'k', 'of log']]);
  });

  test('that no component lists have no file, `default` neither, but for --key-value', async t => {
    const folder = temporaryFolder(t);
    const keyValueStores = stores(folder, { default: 'default.db', used: 'used.db', unused: 'unused.db' });
    const { close } = await boot(t, [using('used')], { keyValueStores });
    await close();
    assert.deepEqual(readdirSync(folder), ['used.db']);
    const again = await boot(t, [using('used')], { keyValueStores, initialKeyValues: [['k', 'v']] });
    await again.close();
    assert.deepEqual(readdirSync(folder).toSorted(), ['default.db', 'used.db']);
    assert.deepEqual(rowsOf(join(folder, 'default.db')), [['default', 'k', 'v']]);
  });

  test('--key-value is written to where the configuration has `default`, in memory too', async t => {
    const { get } = await boot(t, [using('default')], {
      keyValueStores: stores('/', { default: undefined }),
      initialKeyValues: [['k', 'v']],
    });
    assert.equal(await get('default', 'k'), 'v');
  });

  test('of one component are refused to another', async t => {
    const { guest, warnings } = await boot(t, [using('a'), using('b')], {
      keyValueStores: stores('/', { a: undefined, b: undefined }),
    });
    assert.deepEqual(await guest['[static]store.open']('b'), { tag: 'err', val: { tag: 'access-denied' } });
    assert.equal(warnings.length, 1);
  });

  test('whose paths lead to one file by a link share its writer', async t => {
    const folder = temporaryFolder(t);
    mkdirSync(join(folder, 'real'));
    symlinkSync('real', join(folder, 'link'));
    const keyValueStores = stores(folder, { a: 'real/x.db', b: 'link/x.db' });
    const { set, get, close, warnings } = await boot(t, [using('a', 'b')], { keyValueStores });
    await set('a', 'k', '1');
    await set('b', 'k', '2');
    assert.equal(await get('a', 'k'), '1');
    await close();
    // Two connections of ours would not have given the file back.
    assert.deepEqual(warnings, []);
    assert.deepEqual(readdirSync(join(folder, 'real')), ['x.db']);
  });
});

describe('threads', () => {
  test('have the stores of all files, and see what the others wrote', async t => {
    const folder = temporaryFolder(t);
    const app = { keyValueStores: stores(folder, { a: 'a.db', b: 'b.db' }), stateDirectory: undefined, initialKeyValues: [] };
    const files = usedFiles(app as unknown as App, [using('a', 'b') as Component]);
    const shared = await AppStores.open(files, assert.fail);
    const threads = await Promise.all(
      [1, 2].map(async () => Promise.all(shared.connect().files.map(connection => openSqliteStore(connection)))),
    );
    const [one, other] = threads;
    for (const [index, label] of ['a', 'b'].entries()) {
      okOf(await one![index]!.set(label, 'k', bytes(label)));
      assert.equal(text(okOf(other![index]!.get(label, 'k'))), label);
      const sums = await Promise.all(threads.flatMap(stores => [1, 2, 3].map(() => stores[index]!.increment(label, 'n', 1n))));
      assert.deepEqual(new Set(sums.map(okOf)), new Set([1n, 2n, 3n, 4n, 5n, 6n]));
    }
    for (const store of threads.flat()) await store.close();
    await shared.close();
    assert.deepEqual(new Set(readdirSync(folder)), new Set(['a.db', 'b.db']));
  });

  test('are served although another has ended before the storage thread started, whichever way it ended', async t => {
    const folder = temporaryFolder(t);
    const shared = await AppStores.open([stateFile(folder)], assert.fail);
    assert.equal(await shared.write('default', [['first', bytes('1')]]), undefined);
    const [gone, ending, one] = [1, 2, 3].map(() => shared.connect().files[0]!);
    gone!.port.close();
    await new Promise(setImmediate);
    const store = await openSqliteStore(one!);
    assert.equal(text(okOf(store.get('default', 'first'))), '1');
    const written = store.set('default', 'k', bytes('2'));
    ending!.port.close();
    okOf(await written);
    assert.equal(text(okOf(store.get('default', 'k'))), '2');
    await store.close();
    await shared.close();
    assert.deepEqual(readdirSync(folder), ['sqlite_key_value.db']);
  });

  test('are not started for a file that nobody uses after all: it has what was written first, and is one file', async t => {
    const folder = temporaryFolder(t);
    const shared = await AppStores.open([stateFile(folder)], assert.fail);
    assert.equal(await shared.write('default', [['first', bytes('1')]]), undefined);
    await shared.close();
    assert.deepEqual(readdirSync(folder), ['sqlite_key_value.db']);
    const database = new Database(join(folder, 'sqlite_key_value.db'), { readonly: true });
    t.after(() => database.close());
    assert.deepEqual(database.prepare('SELECT store, key, value FROM spin_key_value').raw().all(), [
      ['default', 'first', Buffer.from('1')],
    ]);
    assert.equal(database.pragma('journal_mode', { simple: true }), 'delete');
  });

  test('wait for another program that writes when the app starts, and when it writes its first pairs', async t => {
    const folder = temporaryFolder(t);
    await (await AppStores.open([stateFile(folder)], assert.fail)).close();
    const blocker = new Database(join(folder, 'sqlite_key_value.db'));
    t.after(() => blocker.close());
    blocker.exec('BEGIN IMMEDIATE');
    const opening = AppStores.open([stateFile(folder)], assert.fail);
    await new Promise(resolve => setTimeout(resolve, 50));
    blocker.exec('COMMIT');
    const shared = await opening;
    blocker.exec('BEGIN IMMEDIATE');
    const written = shared.write('default', [['first', bytes('1')]]);
    await new Promise(resolve => setTimeout(resolve, 50));
    blocker.exec('COMMIT');
    assert.equal(await written, undefined);
    blocker.close();
    await shared.close();
  });

  test('read one file in a transaction of a turn that a write of another file does not end', async t => {
    const folder = temporaryFolder(t);
    const { open, set, get } = await boot(t, [using('a', 'b')], { keyValueStores: stores(folder, { a: 'a.db', b: 'b.db' }) });
    await set('a', 'k', '1');
    const a = await open('a');
    const read = (): unknown => a.store.get('a', 'k');
    await new Promise(setImmediate);
    assert.deepEqual([read(), read()], [ok(bytes('1')), ok(bytes('1'))]);
    const other = new Database(join(folder, 'a.db'));
    t.after(() => other.close());
    other.prepare("UPDATE spin_key_value SET value = x'32'").run();
    // Within the turn the snapshot holds; a read of the other file is none of its own.
    assert.deepEqual((await open('b')).store.get('b', 'k'), ok(undefined));
    assert.deepEqual(read(), ok(bytes('1')));
    await new Promise(setImmediate);
    assert.equal(await get('a', 'k'), '2');
  });
});

describe('at start', () => {
  const failure = async (components: Partial<Component>[], app: Partial<App>): Promise<TspinError> => {
    const started = await bootHost(keyValue, { components, app }).catch((error: unknown) => error);
    assert.ok(started instanceof TspinError, String(started));
    return started;
  };

  test('a label that nobody configured is refused with the component, and says which there are', async t => {
    const folder = temporaryFolder(t);
    const keyValueStores = stores(folder, { default: 'a.db', cart: 'a.db' });
    const error = await failure([using('default'), { id: 'shop', ...using('cart', 'orders') }], { keyValueStores });
    assert.equal(error.code, 'unknown-store-label');
    assert.equal(error.message, 'component "shop" uses the key-value store "orders", which is not defined');
    assert.deepEqual(error.help, [
      'add [key_value_store.orders] to a file for --runtime-config-file, or use one of: default, cart',
    ]);
    assert.deepEqual(readdirSync(folder), []);
  });

  test('a configured file that cannot be used names its table, and the files that are not there yet are not made', async t => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'bad.db'), 'not a database, and long enough to be read as one '.repeat(50));
    const keyValueStores = stores(folder, { a: 'new/a.db', bad: 'bad.db' });
    const error = await failure([using('a', 'bad')], { keyValueStores });
    assert.equal(error.code, 'key-value-file-damaged');
    assert.match(error.help.join(), /choose another `path` for \[key_value_store.bad\] in the runtime configuration$/);
    assert.ok(!existsSync(join(folder, 'new')));
  });

  test('a configured folder that cannot be made names its table', async t => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'file'), '');
    const error = await failure([using('a')], { keyValueStores: stores(folder, { a: 'file/a.db' }) });
    assert.equal(error.code, 'state-directory-unusable');
    assert.match(error.help.join(), /\[key_value_store.a\]/);
  });
});
