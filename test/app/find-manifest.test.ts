import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { findManifest, readManifest } from '../../src/app/find-manifest.ts';
import { appFolder } from './app-folder.ts';

test('takes spin.toml of the working directory', async t => {
  const folder = appFolder(t, { 'spin.toml': '' });
  const found = await findManifest({ from: undefined, cwd: folder });
  assert.deepEqual(found, {
    path: join(folder, 'spin.toml'),
    directory: folder,
    shown: 'spin.toml',
    parentsUp: 0,
    isWasm: false,
  });
});

test('looks in the folders above and says how far up', async t => {
  const folder = appFolder(t, { 'spin.toml': '', 'a/b/c.txt': '' });
  const found = await findManifest({ from: undefined, cwd: join(folder, 'a/b') });
  assert.equal(found.parentsUp, 2);
  assert.equal(found.shown, join(folder, 'spin.toml'));
});

test('takes the manifest of a git root but does not look above it', async t => {
  const folder = appFolder(t, { 'spin.toml': '', 'repo/.git/HEAD': '', 'repo/src/a': '' });
  await assert.rejects(findManifest({ from: undefined, cwd: join(folder, 'repo/src') }), { code: 'manifest-not-found' });
  writeFileSync(join(folder, 'repo/spin.toml'), '');
  const found = await findManifest({ from: undefined, cwd: join(folder, 'repo/src') });
  assert.equal(found.directory, join(folder, 'repo'));
});

test('looks at most 19 folders up', async t => {
  const folder = appFolder(t, { 'spin.toml': '' });
  const deep = join(folder, ...Array.from({ length: 20 }, () => 'd'));
  mkdirSync(deep, { recursive: true });
  await assert.rejects(findManifest({ from: undefined, cwd: deep }), { code: 'manifest-not-found' });
  assert.equal((await findManifest({ from: undefined, cwd: join(deep, '..') })).parentsUp, 19);
});

test('takes a file or a folder that is given, relative to the working directory', async t => {
  const folder = appFolder(t, { 'app/spin.toml': '', 'app/other.toml': '' });
  assert.equal((await findManifest({ from: 'app', cwd: folder })).shown, join('app', 'spin.toml'));
  assert.equal((await findManifest({ from: 'app/other.toml', cwd: folder })).path, join(folder, 'app/other.toml'));
});

test('refuses a manifest that is not UTF-8', async t => {
  const folder = appFolder(t, {});
  writeFileSync(join(folder, 'spin.toml'), Buffer.from([0x61, 0xff, 0xfe]));
  const found = await findManifest({ from: undefined, cwd: folder });
  await assert.rejects(readManifest(found), { code: 'manifest-unreadable' });
});
