import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test, type TestContext } from 'node:test';

import { changedPaths, Snapshots } from '../../src/util/snapshot.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function setUp(t: TestContext, files: readonly string[] = []) {
  const folder = temporaryFolder(t);
  const write = (path: string, text = path): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const path of files) write(path);
  const snapshots = new Snapshots();
  const take = (...patterns: readonly string[]) => snapshots.take([{ directory: folder, patterns }]);
  const found = async (...patterns: readonly string[]): Promise<string[]> =>
    [...(await take(...patterns)).files.keys()].map(path => relative(folder, path));
  return { folder, write, take, found };
}

test('patterns match as in files; a folder means all that is in it', async t => {
  const { found } = setUp(t, ['a.rs', 'src/b.rs', 'src/deep/c.rs', 'src/d.txt', 'Cargo.toml']);
  assert.deepEqual(await found('src/**/*.rs', 'Cargo.toml'), ['Cargo.toml', 'src/b.rs', 'src/deep/c.rs']);
  assert.deepEqual(await found('*.rs'), ['a.rs']);
  assert.deepEqual(await found('src'), ['src/b.rs', 'src/d.txt', 'src/deep/c.rs']);
  assert.deepEqual(await found('./src/**'), ['src/b.rs', 'src/d.txt', 'src/deep/c.rs']);
  assert.deepEqual(await found('src/[', 'nothing/**/*'), []);
});

test('what tools and editors keep is left out, unless a pattern names it', async t => {
  const { found } = setUp(t, [
    'node_modules/x.js',
    'src/.x.js.swp',
    'src/x.js~',
    'src/4913',
    'src/.#x.js',
    'src/x.js',
    'target/y.js',
  ]);
  assert.deepEqual(await found('**/*'), ['src/x.js']);
  assert.deepEqual(await found('target/*.js'), ['target/y.js']);
});

test('a link to a folder above ends the walk', async t => {
  const { folder, found } = setUp(t, ['src/a']);
  symlinkSync('..', join(folder, 'src/up'));
  assert.equal((await found('src/**/*'))[0], 'src/a');
  assert.ok((await found('src/**/*')).length < 10);
});

test('a change is one of content: also of the same size within one tick, and not one of times alone', async t => {
  const { folder, write, take } = setUp(t, ['a', 'b', 'c']);
  const before = await take('*');
  write('a', 'x');
  utimesSync(join(folder, 'b'), new Date(0), new Date(0));
  renameSync(join(folder, 'c'), join(folder, 'd'));
  assert.deepEqual(
    changedPaths(before, await take('*')).map(path => relative(folder, path)),
    ['a', 'c', 'd'],
  );
});

test('folders are those in which a file may appear; one that is made anew is another', async t => {
  const { folder, take } = setUp(t, ['src/a']);
  const before = await take('src/**/*', 'dist/app.wasm', 'far/away/x');
  assert.deepEqual([...before.folders.keys()].map(path => relative(folder, path)).toSorted(), ['', 'src']);
  renameSync(join(folder, 'src'), join(folder, 'old'));
  mkdirSync(join(folder, 'src'));
  const after = await take('src/**/*');
  assert.notEqual(after.folders.get(join(folder, 'src')), before.folders.get(join(folder, 'src')));
  rmSync(join(folder, 'src'), { recursive: true });
  assert.deepEqual([...(await take('src/**/*')).folders.keys()], [folder]);
});
