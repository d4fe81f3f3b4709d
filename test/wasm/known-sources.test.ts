// A start reads and hashes nothing that has not changed, and everything that may have.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readEntry, sealEntry } from '../../src/wasm/cache-entry.ts';
import { marksOf } from '../../src/wasm/file-marks.ts';
import { knownSource, noteSource } from '../../src/wasm/known-sources.ts';
import type { TranspiledComponent } from '../../src/wasm/transpile-job.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const known = { digest: 'abc', adapter: 'reactor' } as const;
/** From where files that were made just now are old. */
const later = (): number => Date.now() + 120_000;

async function noted(t: TestContext, nowMs = later()): Promise<{ cache: string; path: string }> {
  const folder = temporaryFolder(t);
  const cache = join(folder, 'cache');
  const path = join(folder, 'guest.wasm');
  writeFileSync(path, 'first');
  await (
    await noteSource(cache, path, nowMs)
  )(known);
  return { cache, path };
}

test('a file that has not changed is known', async t => {
  const { cache, path } = await noted(t);
  assert.deepEqual(await knownSource(cache, path), known);
});

test('a file that has just been written is not noted: it may change again without its times showing it', async t => {
  const { cache, path } = await noted(t, Date.now());
  assert.equal(await knownSource(cache, path), undefined);
});

const changes: Readonly<Record<string, (path: string) => void>> = {
  'was written again with as many bytes, and has its old time': path => {
    const { atime, mtime } = statSync(path);
    writeFileSync(path, 'other');
    utimesSync(path, atime, mtime);
  },
  'is another file under the same name': path => {
    writeFileSync(`${path}.new`, 'first');
    renameSync(`${path}.new`, path);
  },
  'is longer': path => writeFileSync(path, 'longer'),
  'is gone': path => rmSync(path),
};
for (const [change, make] of Object.entries(changes)) {
  test(`a file that ${change} is not known`, async t => {
    const { cache, path } = await noted(t);
    make(path);
    assert.equal(await knownSource(cache, path), undefined);
  });
}

test('a note that is damaged, or of another path, is none', async t => {
  const { cache, path } = await noted(t);
  const [name = ''] = readdirSync(join(cache, 'sources'));
  const file = join(cache, 'sources', name);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.slice(0, -4));
  assert.equal(await knownSource(cache, path), undefined);
  writeFileSync(file, text.replace('guest.wasm', 'other.wasm'));
  assert.equal(await knownSource(cache, path), undefined);
});

test('a cache that cannot be written to is left as it is', async t => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'guest.wasm');
  writeFileSync(path, 'x');
  writeFileSync(join(folder, 'cache'), 'a file, no folder');
  await (
    await noteSource(join(folder, 'cache'), path, later())
  )(known);
  assert.equal(await knownSource(join(folder, 'cache'), path), undefined);
});

const content: TranspiledComponent = {
  imports: [],
  importedFunctions: [],
  exports: [],
  exportedFunctions: [],
  files: { bindings: 'plain', moduleFile: 'component.mjs', coreFiles: [], lines: [], importKeys: [], why: 'a test' },
};

async function entry(t: TestContext): Promise<{ directory: string; file: string; isNoted: () => boolean }> {
  const directory = join(temporaryFolder(t), 'entry');
  mkdirSync(directory);
  const file = join(directory, 'component.mjs');
  writeFileSync(file, 'first');
  await sealEntry(directory, content);
  return { directory, file, isNoted: () => readdirSync(directory).includes('verified.json') };
}

test('an entry is compared again until its files are old enough for their times to tell, then once more when they have changed', async t => {
  const { directory, file, isNoted } = await entry(t);
  assert.equal((await readEntry(directory, Date.now())).state, 'whole');
  assert.equal(isNoted(), false);
  assert.equal((await readEntry(directory, later())).state, 'whole');
  assert.equal(isNoted(), true);
  const { atime, mtime } = statSync(file);
  writeFileSync(file, 'other');
  utimesSync(file, atime, mtime);
  assert.equal((await readEntry(directory, later())).state, 'damaged');
});

test('files whose note says that they were compared are not compared again', async t => {
  const { directory, file } = await entry(t);
  writeFileSync(file, 'other');
  assert.equal((await readEntry(directory, later())).state, 'damaged');
  const marksIn = async (name: string) => (await marksOf(join(directory, name), later())).marks;
  const note = { 'component.mjs': await marksIn('component.mjs'), 'manifest.json': await marksIn('manifest.json') };
  writeFileSync(join(directory, 'verified.json'), JSON.stringify(note));
  assert.equal((await readEntry(directory, later())).state, 'whole');
});

test('a manifest that has changed since is compared again, and so is what it names', async t => {
  const { directory, isNoted } = await entry(t);
  assert.equal((await readEntry(directory, later())).state, 'whole');
  assert.equal(isNoted(), true);
  const path = join(directory, 'manifest.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace('a test', 'A TEST'));
  assert.equal((await readEntry(directory, later())).state, 'damaged');
});
