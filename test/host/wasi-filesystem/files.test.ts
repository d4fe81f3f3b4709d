// Opening, reading, writing and describing files.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, link, mkdir, stat, symlink, utimes } from 'node:fs/promises';
import { test } from 'node:test';

import { openAt } from '../../../src/host/wasi-filesystem/open-at.ts';
import type { DescriptorFlags, OpenFlags } from '../../../src/host/wasi-filesystem/vocabulary.ts';
import { assertError, mountFolder, okOf } from './mounted.ts';

test('a component sees its mounts in order, under their guest paths', async t => {
  const { preopened } = await mountFolder(t, {
    others: [
      { hostPath: '/one', writable: false },
      { hostPath: '/two', writable: true },
    ],
  });
  assert.deepEqual(
    preopened.map(([, path]) => path),
    ['/', '/1', '/2'],
  );
});

test('a preopen that a guest took while it was instantiated serves later invocations too', async t => {
  const { root, configured, begin, end, write } = await mountFolder(t);
  await write('file.txt', 'text');
  end();
  const later = begin();
  t.after(() => configured.end?.(later));
  const opened = await openAt(later, root, { pathFlags: {}, path: 'file.txt', openFlags: {}, flags: { read: true } });
  assert.equal(opened.kind, 'file');
});

test('a missing mount is an error when it is used, not before', async t => {
  const { preopened, types } = await mountFolder(t, { others: [{ hostPath: '/does/not/exist', writable: false }] });
  const missing = preopened[1]?.[0];
  assert.ok(missing);
  assertError(await types['[method]descriptor.stat'](missing), 'no-entry');
  assert.deepEqual(okOf(types['[method]descriptor.get-type'](missing)), 'directory');
});

test('reads a file from an offset, and says when its end is reached', async t => {
  const { open, types, write } = await mountFolder(t);
  await write('file.txt', 'hello world');
  const file = await open('file.txt');
  const read = types['[method]descriptor.read'];
  const [middle, end] = okOf(await read(file, 5n, 6n));
  assert.deepEqual([Buffer.from(middle).toString(), end], ['world', false]);
  assert.deepEqual(okOf(await read(file, 5n, 11n)), [new Uint8Array(0), true]);
  assert.deepEqual(okOf(await read(file, 0n, 0n)), [new Uint8Array(0), false]);
  assert.deepEqual(okOf(await read(file, 1n, 2n ** 63n - 1n)), [new Uint8Array(0), true]);
  assertError(await read(file, 1n, 2n ** 63n), 'invalid');
});

test('one read gives at most 64 KB, whatever the guest asks for', async t => {
  const { open, types, write } = await mountFolder(t);
  await write('file.txt', 'x'.repeat(100_000));
  const [bytes] = okOf(await types['[method]descriptor.read'](await open('file.txt'), 2n ** 64n - 1n, 0n));
  assert.equal(bytes.byteLength, 65_536);
});

test('writes into a file, leaving a hole where nothing was written', async t => {
  const { open, types, text } = await mountFolder(t, { access: 'writable' });
  const file = await open('new.txt', { open: { create: true }, flags: { write: true } });
  assert.equal(okOf(await types['[method]descriptor.write'](file, Buffer.from('world'), 6n)), 5n);
  assert.equal(okOf(await types['[method]descriptor.write'](file, Buffer.from('hello'), 0n)), 5n);
  assert.equal(okOf(await types['[method]descriptor.write'](file, new Uint8Array(0), 0n)), 0n);
  assert.equal(await text('new.txt'), 'hello\0world');
});

const opens: readonly (readonly [string, OpenFlags, DescriptorFlags, string])[] = [
  ['reading leaves a file as it is', {}, { read: true }, 'old'],
  ['writing leaves a file as it is', {}, { write: true }, 'old'],
  ['create leaves an existing file as it is', { create: true }, { write: true }, 'old'],
  ['truncate empties a file', { truncate: true }, { write: true }, ''],
  ['truncate empties a file that is opened for reading only', { truncate: true }, { read: true }, ''],
];

for (const [what, openFlags, flags, text] of opens) {
  test(`opening with ${what}`, async t => {
    const mounted = await mountFolder(t, { access: 'writable' });
    await mounted.write('file.txt', 'old');
    await mounted.open('file.txt', { open: openFlags, flags });
    assert.equal(await mounted.text('file.txt'), text);
  });
}

test('a dangling symlink that is followed creates the file that it names, inside the mount', async t => {
  const { open, host, text } = await mountFolder(t, { access: 'writable' });
  await symlink('target.txt', host('link'));
  await open('link', { open: { create: true }, flags: { write: true } });
  assert.equal(await text('target.txt'), '');
});

test('a descriptor says how it was opened', async t => {
  const { open, types, write, root } = await mountFolder(t, { access: 'writable' });
  await write('file.txt', '');
  const flagsOf = types['[method]descriptor.get-flags'];
  assert.deepEqual(okOf(flagsOf(root)), { read: true, mutateDirectory: true });
  assert.deepEqual(okOf(flagsOf(await open('file.txt', { flags: {} }))), { read: true });
  assert.deepEqual(okOf(flagsOf(await open('file.txt', { flags: { write: true } }))), { write: true });
  const synced = { read: true, write: true, fileIntegritySync: true, dataIntegritySync: true };
  assert.deepEqual(okOf(flagsOf(await open('file.txt', { flags: synced }))), synced);
});

test('a directory of a read-only mount says that it cannot be changed', async t => {
  const { types, root } = await mountFolder(t);
  assert.deepEqual(okOf(types['[method]descriptor.get-flags'](root)), { read: true, mutateDirectory: false });
});

test('set-size cuts a file and makes it longer', async t => {
  const { open, types, write, text } = await mountFolder(t, { access: 'writable' });
  await write('file.txt', 'hello world');
  const file = await open('file.txt', { flags: { write: true } });
  okOf(await types['[method]descriptor.set-size'](file, 5n));
  assert.equal(await text('file.txt'), 'hello');
  okOf(await types['[method]descriptor.set-size'](file, 7n));
  assert.equal(await text('file.txt'), 'hello\0\0');
});

test('sync, sync-data and advise succeed on files and directories, read-only ones too', async t => {
  for (const access of ['writable', 'read-only'] as const) {
    const { open, types, write, root } = await mountFolder(t, { access });
    await write('file.txt', '');
    const file = await open('file.txt', { flags: { read: true, write: access === 'writable' } });
    for (const descriptor of [file, root]) {
      okOf(await types['[method]descriptor.sync'](descriptor));
      okOf(await types['[method]descriptor.sync-data'](descriptor));
    }
    okOf(types['[method]descriptor.advise'](file, 0n, 0n, 'will-need'));
    assertError(types['[method]descriptor.advise'](root, 0n, 0n, 'normal'), 'bad-descriptor');
  }
});

test('stat tells type, links, size and times, of an open file as of a path', async t => {
  const { open, types, write, root, host } = await mountFolder(t);
  await write('file.txt', 'hello');
  await link(host('file.txt'), host('again.txt'));
  await utimes(host('file.txt'), 1000.25, 2000.5);
  const stated = okOf(await types['[method]descriptor.stat'](await open('file.txt')));
  assert.equal(stated.type, 'regular-file');
  assert.equal(stated.linkCount, 2n);
  assert.equal(stated.size, 5n);
  assert.deepEqual(stated.dataAccessTimestamp, { seconds: 1000n, nanoseconds: 250_000_000 });
  assert.deepEqual(stated.dataModificationTimestamp, { seconds: 2000n, nanoseconds: 500_000_000 });
  assert.deepEqual(okOf(await types['[method]descriptor.stat-at'](root, {}, 'file.txt')), stated);
});

test('a file from before 1970 reads as of 1970, and keeps the time that is not set', async t => {
  const { types, write, root, host } = await mountFolder(t, { access: 'writable' });
  await write('file.txt', '');
  execFileSync('touch', ['-d', '@-5', host('file.txt')]);
  const { dataModificationTimestamp } = okOf(await types['[method]descriptor.stat-at'](root, {}, 'file.txt'));
  assert.deepEqual(dataModificationTimestamp, { seconds: 0n, nanoseconds: 0 });
  okOf(await types['[method]descriptor.set-times-at'](root, {}, 'file.txt', { tag: 'now' }, { tag: 'no-change' }));
  assert.equal((await stat(host('file.txt'))).mtimeMs, -5000);
});

test('stat-at looks at a symlink itself, or through it when the guest wants that', async t => {
  const { types, root, write, host } = await mountFolder(t);
  await write('file.txt', 'hello');
  await symlink('file.txt', host('link'));
  const statAt = types['[method]descriptor.stat-at'];
  assert.equal(okOf(await statAt(root, {}, 'link')).type, 'symbolic-link');
  assert.equal(okOf(await statAt(root, { symlinkFollow: true }, 'link')).type, 'regular-file');
  assert.equal(okOf(await statAt(root, {}, '.')).type, 'directory');
});

test('set-times sets both times, one of them, or none', async t => {
  const { open, types, write, host } = await mountFolder(t, { access: 'writable' });
  await write('file.txt', '');
  await utimes(host('file.txt'), 1000, 2000);
  const file = await open('file.txt', { flags: { write: true } });
  const setTimes = types['[method]descriptor.set-times'];
  const timestamp = { tag: 'timestamp', val: { seconds: 5000n, nanoseconds: 500_000_000 } } as const;
  const same = { tag: 'no-change' } as const;
  const times = async () => {
    const { atimeMs, mtimeMs } = await stat(host('file.txt'));
    return [atimeMs, mtimeMs];
  };
  okOf(await setTimes(file, same, same));
  assert.deepEqual(await times(), [1_000_000, 2_000_000]);
  okOf(await setTimes(file, timestamp, same));
  assert.deepEqual(await times(), [5_000_500, 2_000_000]);
  okOf(await setTimes(file, same, timestamp));
  assert.deepEqual(await times(), [5_000_500, 5_000_500]);
  const before = Date.now();
  okOf(await setTimes(file, { tag: 'now' }, same));
  assert.ok(((await times())[0] ?? 0) >= before - 1);
});

test('set-times-at sets the times of a symlink, of its target, or of a directory', async t => {
  const { types, root, write, host } = await mountFolder(t, { access: 'writable' });
  await write('file.txt', '');
  await symlink('file.txt', host('link'));
  const at = (seconds: bigint) => ({ tag: 'timestamp', val: { seconds, nanoseconds: 0 } }) as const;
  const modified = async (path: string) => {
    const stated = okOf(await types['[method]descriptor.stat-at'](root, {}, path));
    return stated.dataModificationTimestamp?.seconds;
  };
  const setTimesAt = types['[method]descriptor.set-times-at'];
  okOf(await setTimesAt(root, {}, 'link', at(1n), at(1n)));
  okOf(await setTimesAt(root, { symlinkFollow: true }, 'link', at(2n), at(2n)));
  okOf(await setTimesAt(root, {}, '.', at(3n), at(3n)));
  assert.deepEqual([await modified('link'), await modified('file.txt'), await modified('.')], [1n, 2n, 3n]);
  okOf(await types['[method]descriptor.set-times'](root, at(4n), at(4n)));
  assert.equal(await modified('.'), 4n);
});

test('two descriptors are the same object when they are the same file', async t => {
  const { open, types, write, root, host, end } = await mountFolder(t);
  await write('one.txt', '');
  await write('two.txt', '');
  await link(host('one.txt'), host('linked.txt'));
  const same = types['[method]descriptor.is-same-object'];
  const one = await open('one.txt');
  assert.equal(await same(one, await open('linked.txt')), true);
  assert.equal(await same(one, await open('two.txt')), false);
  assert.equal(await same(root, await open('.')), true);
  end();
  assert.equal(await same(one, one), false);
});

test('the metadata hash changes when the file does, and only then', async t => {
  const { open, types, write, root } = await mountFolder(t);
  await write('file.txt', 'one');
  const file = await open('file.txt');
  const hash = async () => okOf(await types['[method]descriptor.metadata-hash'](file));
  const first = await hash();
  assert.deepEqual(await hash(), first);
  assert.deepEqual(okOf(await types['[method]descriptor.metadata-hash-at'](root, {}, 'file.txt')), first);
  await write('file.txt', 'longer');
  assert.notDeepEqual(await hash(), first);
});

test('files that guests create are for everybody, as the umask allows', async t => {
  const { open, host } = await mountFolder(t, { access: 'writable' });
  await open('new.txt', { open: { create: true }, flags: { write: true } });
  const { mode } = await stat(host('new.txt'));
  assert.equal(mode & 0o777, 0o666 & ~process.umask());
});

test('a directory is opened for reading, and its files through it', async t => {
  const { open, types, host, write, read } = await mountFolder(t);
  await mkdir(host('dir'));
  await chmod(host('dir'), 0o755);
  await write('dir/file.txt', 'text');
  for (const path of ['dir', 'dir/', 'dir/.', './dir']) {
    const directory = await open(path, { open: { directory: true } });
    assert.equal(okOf(types['[method]descriptor.get-type'](directory)), 'directory');
    const file = await types['[method]descriptor.open-at'](directory, {}, 'file.txt', {}, { read: true });
    assert.equal(await read(okOf(file)), 'text');
  }
});
