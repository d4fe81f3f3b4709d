import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'node:test';
import type { TestContext } from 'node:test';
import { cacheKey, type CacheKeyParts } from '../../src/wasm/cache-key.ts';
import { findOrMake } from '../../src/wasm/cache.ts';
import type { CacheOptions, CachedComponent } from '../../src/wasm/cache.ts';
import type { TranspiledComponent } from '../../src/wasm/transpile-job.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const content: TranspiledComponent = {
  imports: [{ interface: 'a:b/c', version: '1.0.0', functions: ['f'] }],
  importedFunctions: [],
  exports: [],
  exportedFunctions: ['run'],
  files: {
    bindings: 'plain',
    moduleFile: 'component.mjs',
    coreFiles: ['component.core.wasm'],
    lines: [],
    importKeys: ['a:b/c@1'],
    why: 'a test',
  },
};
const key = cacheKey({ digest: 'd'.repeat(64), asyncImports: [], asyncExports: [], bindings: 'plain' });
const otherKey = cacheKey({ digest: 'e'.repeat(64), asyncImports: [], asyncExports: [], bindings: 'plain' });
const hourMs = 60 * 60 * 1000;

async function make(directory: string): Promise<TranspiledComponent> {
  await writeFile(join(directory, 'component.mjs'), 'export const made = true;');
  await writeFile(join(directory, 'component.core.wasm'), new Uint8Array(1000));
  return content;
}

const neverMake = (): Promise<TranspiledComponent> => assert.fail('made although it was there');

function cacheIn(t: TestContext, changes: Partial<CacheOptions> = {}): CacheOptions {
  return {
    directory: join(temporaryFolder(t), 'tspin', 'components'),
    bytesMax: 2 ** 30,
    nowMs: Date.now(),
    onUnusable: reason => assert.fail(`cache unusable: ${reason}`),
    ...changes,
  };
}

test('makes an entry once and finds it afterwards', async t => {
  const cache = cacheIn(t);
  const made = await findOrMake(key, cache, make);
  const found = await findOrMake(key, cache, neverMake);
  assert.deepEqual(made, { component: content, directory: join(cache.directory, key), origin: 'made', temporary: false });
  assert.deepEqual(found, { ...made, origin: 'found' });
  assert.deepEqual(readdirSync(cache.directory), [key]);
});

test('only its user can read the cache', async t => {
  const cache = cacheIn(t);
  const { directory } = await findOrMake(key, cache, make);
  assert.equal(statSync(cache.directory).mode & 0o777, 0o700);
  assert.equal(statSync(directory).mode & 0o777, 0o700);
});

const damages: readonly (readonly [string, (file: string) => void])[] = [
  ['is cut off', file => truncateSync(file, statSync(file).size - 1)],
  ['is emptied', file => truncateSync(file, 0)],
  [
    'has a byte changed',
    file =>
      writeFileSync(
        file,
        readFileSync(file).map((byte, index) => (index === 20 ? byte ^ 1 : byte)),
      ),
  ],
  ['is gone', file => rmSync(file)],
];
for (const file of ['manifest.json', 'component.mjs', 'component.core.wasm']) {
  for (const [happened, damage] of damages) {
    test(`makes an entry again whose ${file} ${happened}`, async t => {
      const cache = cacheIn(t);
      const { directory } = await findOrMake(key, cache, make);
      damage(join(directory, file));
      assert.equal((await findOrMake(key, cache, make)).origin, 'made');
      assert.equal((await findOrMake(key, cache, neverMake)).origin, 'found');
      assert.deepEqual(readdirSync(cache.directory), [key]);
    });
  }
}

test('two that make the same entry at once both get it whole', async t => {
  const cache = cacheIn(t);
  const both = Promise.withResolvers<void>();
  let waiting = 0;
  const meet = async (directory: string): Promise<TranspiledComponent> => {
    waiting += 1;
    if (waiting === 2) both.resolve();
    await both.promise;
    return make(directory);
  };
  const [one, two] = await Promise.all([findOrMake(key, cache, meet), findOrMake(key, cache, meet)]);
  assert.deepEqual(one, two);
  assert.deepEqual(readdirSync(cache.directory), [key]);
  assert.equal((await findOrMake(key, cache, neverMake)).origin, 'found');
});

test('a making that fails leaves nothing', async t => {
  const cache = cacheIn(t);
  const half = async (directory: string): Promise<TranspiledComponent> => {
    await make(directory);
    throw new Error('full disk');
  };
  await assert.rejects(findOrMake(key, cache, half), /full disk/);
  assert.deepEqual(readdirSync(cache.directory), []);
});

test('removes what was used longest ago when it grows too large', async t => {
  const cache = cacheIn(t);
  const entries: CachedComponent[] = [];
  for (const name of [key, otherKey]) entries.push(await findOrMake(name, cache, make));
  age(entries, [3 * hourMs, 2 * hourMs]);
  await findOrMake(key, cache, neverMake);
  const third = cacheKey({ digest: 'f'.repeat(64), asyncImports: [], asyncExports: [], bindings: 'plain' });
  await findOrMake(third, { ...cache, bytesMax: 3500 }, make);
  assert.deepEqual(readdirSync(cache.directory).toSorted(), [key, third].toSorted());
});

test('removes nothing that was used within the hour, however large it grows', async t => {
  const cache = cacheIn(t, { bytesMax: 1 });
  const first = await findOrMake(key, cache, make);
  age([first], [hourMs / 2]);
  await findOrMake(otherKey, cache, make);
  assert.deepEqual(readdirSync(cache.directory).toSorted(), [key, otherKey].toSorted());
});

test('removes what a killed process left, when it is old', async t => {
  const cache = cacheIn(t);
  for (const name of ['.making-old', '.removed-old', '.making-new']) {
    mkdirSync(join(cache.directory, name), { recursive: true, mode: 0o700 });
    writeFileSync(join(cache.directory, name, 'component.mjs'), '');
    if (name.endsWith('old')) setTime(join(cache.directory, name), Date.now() - 2 * hourMs);
  }
  await findOrMake(key, cache, make);
  assert.deepEqual(readdirSync(cache.directory).toSorted(), ['.making-new', key].toSorted());
});

test('removes notes on sources that are a month old', async t => {
  const cache = cacheIn(t);
  const notes = join(cache.directory, 'sources');
  mkdirSync(notes, { recursive: true, mode: 0o700 });
  for (const [name, days] of [
    ['old.json', 31],
    ['.half-written', 31],
    ['new.json', 29],
  ] as const) {
    writeFileSync(join(notes, name), '{}');
    const seconds = (cache.nowMs - days * 24 * hourMs) / 1000;
    utimesSync(join(notes, name), seconds, seconds);
  }
  await findOrMake(key, cache, make);
  assert.deepEqual(readdirSync(notes), ['new.json']);
});

test('uses a private temporary folder where the cache cannot be made', async t => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'file'), '');
  await expectTemporary(t, join(folder, 'file', 'components'), /ENOTDIR/);
});

test('does not use a cache that others can write into', async t => {
  const directory = join(temporaryFolder(t), 'shared');
  mkdirSync(directory);
  chmodSync(directory, 0o777);
  await expectTemporary(t, directory, /other users can write into it/);
  assert.deepEqual(readdirSync(directory), []);
});

test('leaves no temporary folder when making fails there', async t => {
  const notices: string[] = [];
  const cache = cacheIn(t, { onUnusable: (_, directory) => notices.push(directory) });
  mkdirSync(dirname(cache.directory), { recursive: true });
  writeFileSync(cache.directory, '');
  await assert.rejects(
    findOrMake(key, cache, () => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.deepEqual(notices.map(existsSync), [false]);
});

test('the key changes with the component and with what may wait, not with the order of a list', () => {
  const parts: CacheKeyParts = { digest: 'd'.repeat(64), asyncImports: ['a', 'b'], asyncExports: ['c'], bindings: 'plain' };
  assert.match(cacheKey(parts), /^d{64}[0-9a-f]{16}$/);
  assert.equal(cacheKey(parts), cacheKey({ ...parts, asyncImports: ['b', 'a'] }));
  const others: CacheKeyParts[] = [
    { ...parts, digest: 'e'.repeat(64) },
    { ...parts, bindings: 'fast' },
    { ...parts, asyncImports: ['a'] },
    { ...parts, asyncExports: [] },
  ];
  assert.equal(new Set([parts, ...others].map(cacheKey)).size, 5);
});

async function expectTemporary(t: TestContext, directory: string, reason: RegExp): Promise<void> {
  const notices: [string, string][] = [];
  const cache = cacheIn(t, { directory, onUnusable: (...notice) => notices.push(notice) });
  const made = await findOrMake(key, cache, make);
  t.after(() => rmSync(made.directory, { recursive: true }));
  assert.equal(made.temporary, true);
  assert.equal(statSync(made.directory).mode & 0o777, 0o700);
  assert.deepEqual(
    notices.map(([, its]) => its),
    [made.directory],
  );
  assert.match(notices[0]?.[0] ?? '', reason);
  assert(existsSync(join(made.directory, 'component.mjs')));
}

function age(entries: readonly CachedComponent[], byMs: readonly number[]): void {
  entries.forEach(({ directory }, index) => setTime(directory, Date.now() - (byMs[index] ?? 0)));
}

function setTime(path: string, timeMs: number): void {
  utimesSync(path, timeMs / 1000, timeMs / 1000);
}
