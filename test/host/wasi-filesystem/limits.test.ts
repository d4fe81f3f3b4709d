// What one invocation may hold open, and what becomes of it when the invocation ends.
import assert from 'node:assert/strict';
import { mkdir, readdir, readlink } from 'node:fs/promises';
import { test } from 'node:test';

import { openMax } from '../../../src/host/wasi-filesystem/state.ts';
import { assertError, mountFolder, okOf } from './mounted.ts';

const noProc = process.platform === 'linux' ? false : 'counts open files in /proc, which only Linux has';

test('an invocation cannot have more than 1024 descriptors and streams open', async t => {
  const { types, root, open, tryOpen, drop, write } = await mountFolder(t, { access: 'writable' });
  await write('file.txt', '');
  const file = await open('file.txt', { flags: { read: true, write: true } });
  const streams = Array.from({ length: openMax - 1 }, () => okOf(types['[method]descriptor.read-via-stream'](file, 0n)));
  assertError(types['[method]descriptor.read-via-stream'](file, 0n), 'insufficient-memory');
  assertError(types['[method]descriptor.write-via-stream'](file, 0n), 'insufficient-memory');
  assertError(types['[method]descriptor.append-via-stream'](file), 'insufficient-memory');
  assertError(await types['[method]descriptor.read-directory'](root), 'insufficient-memory');
  assertError(await tryOpen('file.txt'), 'insufficient-memory');
  assertError(await tryOpen('new.txt', { open: { create: true }, flags: { write: true } }), 'insufficient-memory');
  assertError(await types['[method]descriptor.stat-at'](root, {}, 'new.txt'), 'no-entry');
  streams[0]?.dispose?.();
  const again = await open('file.txt');
  drop(again);
  drop(again);
  await open('file.txt');
  assertError(await tryOpen('file.txt'), 'insufficient-memory');
});

test('nothing stays open after the end of an invocation', { skip: noProc }, async t => {
  const { configured, end, folder, host, open, root, types, write } = await mountFolder(t, { access: 'writable' });
  await mkdir(host('dir'));
  await write('file.txt', 'text');
  const file = await open('file.txt', { flags: { read: true, write: true } });
  await open('dir');
  okOf(await types['[method]descriptor.read-directory'](root));
  okOf(types['[method]descriptor.read-via-stream'](file, 0n));
  okOf(okOf(types['[method]descriptor.append-via-stream'](file)).write(Buffer.from('x')));
  assert.ok((await openBelow(folder)).length >= 4);
  // On its way while the invocation ends.
  const opening = types['[method]descriptor.open-at'](root, {}, 'dir', {}, {});
  end();
  assertError(await opening, 'bad-descriptor');
  await configured.close?.();
  assert.deepEqual(await openBelow(folder), []);
});

test('a walk closes every directory that it entered, whether it succeeds or not', { skip: noProc }, async t => {
  const { folder, host, tryOpen, write } = await mountFolder(t);
  await mkdir(host('a/b/c'), { recursive: true });
  await write('a/b/c/file.txt', '');
  assertError(await tryOpen('a/b/c/missing'), 'no-entry');
  assertError(await tryOpen('a/b/c/../../../..'), 'not-permitted');
  assertError(await tryOpen('a/b/c/file.txt/x'), 'not-directory');
  assertError(await tryOpen('a/b/c/file.txt/'), 'not-directory');
  // The mount itself stays open until the invocation ends.
  assert.deepEqual(await openBelow(folder), [host('')]);
});

test('whoever waits for a stream is let go when the invocation ends', async t => {
  const { end, open, types, write } = await mountFolder(t);
  await write('file.txt', 'text');
  const stream = okOf(types['[method]descriptor.read-via-stream'](await open('file.txt'), 0n));
  const wait = stream.pollable.wait();
  end();
  await wait;
  assert.deepEqual(stream.read(1), { tag: 'err', val: { tag: 'closed' } });
});

test('a path may be 128 directories deep and no deeper', async t => {
  const { host, open, tryOpen, types, root } = await mountFolder(t);
  const path = (depth: number) => Array.from({ length: depth }, () => 'd').join('/');
  await mkdir(host(path(130)), { recursive: true });
  await open(path(129));
  assertError(await tryOpen(path(130)), 'name-too-long');
  const deep = okOf(await types['[method]descriptor.open-at'](root, {}, path(129), {}, {}));
  okOf(await types['[method]descriptor.open-at'](deep, {}, 'd', {}, {}));
});

/** The paths that this process has open in a folder. */
async function openBelow(folder: string): Promise<string[]> {
  const numbers = await readdir('/proc/self/fd');
  // That of the listing itself is closed by now.
  const paths = await Promise.all(numbers.map(number => readlink(`/proc/self/fd/${number}`).catch(() => '')));
  return paths.filter(path => path.startsWith(folder));
}
