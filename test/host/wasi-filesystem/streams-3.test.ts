// Files and directories as streams and futures of WASI 0.3.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, readdir, readlink, writeFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';

import { versions3 } from '../../../src/host/versions-3.ts';
import { filesystem3, type Filesystem3 } from '../../../src/host/wasi-filesystem/declarations-3.ts';
import type { Descriptor } from '../../../src/host/wasi-filesystem/descriptor.ts';
import { openMax, operationsMax } from '../../../src/host/wasi-filesystem/state.ts';
import type { StreamReader } from '../../../src/wit/stream.ts';
import type { GivenUp } from '../../../src/wit/given-up.ts';
import { okay } from '../../../src/wit/types.ts';
import { GuestStream } from '../../wit/guest-stream.ts';
import { ready } from './generation-3.ts';
import { mountFolder, okOf, type MountOptions } from './mounted.ts';

const long = Array.from({ length: 40_000 }, (_, index) => `line ${index}\n`).join('');
const notLinux = process.platform === 'linux' ? false : 'needs /proc and /dev/full, which only Linux has';
const failed = (tag: string) => ({ value: { tag: 'err', val: { tag } } });
const past = { value: okay };

async function mount(t: TestContext, options: MountOptions = { access: 'writable' }, version = '0.3.0') {
  const mounted = await mountFolder(t, options);
  const of3 = filesystem3[versions3.indexOf(version)] as Filesystem3;
  const types = mounted.functions(of3.types);
  const openFile = async (path: string, text?: string): Promise<Descriptor> => {
    if (text !== undefined) await mounted.write(path, text);
    return mounted.open(path, { flags: { read: true, write: options.access === 'writable' } });
  };
  return { ...mounted, types, openFile };
}

async function all(stream: StreamReader<Uint8Array>, max = 65_536): Promise<string> {
  const chunks: Uint8Array[] = [];
  while (!stream.ended) {
    const chunk = stream.read(max);
    if (chunk) chunks.push(chunk);
    else await ready(stream);
  }
  return Buffer.concat(chunks).toString();
}

for (const version of versions3) {
  test(`a file is read from an offset to its end, then the future says so, with ${version}`, async t => {
    const { types, openFile } = await mount(t, {}, version);
    const file = await openFile('file.txt', long);
    for (const [offset, text] of [
      [0n, long],
      [100n, long.slice(100)],
      [2n ** 62n, ''],
    ] as const) {
      const [bytes, end] = types['[method]descriptor.read-via-stream'](file, offset);
      assert.equal(end.settled, undefined);
      assert.equal(await all(bytes), text);
      assert.deepEqual(end.settled, past);
    }
  });

  test(`a file is written and appended to as the guest writes, with ${version}`, async t => {
    const { types, openFile, text } = await mount(t, { access: 'writable' }, version);
    const file = await openFile('file.txt', 'hello world');
    const data = new GuestStream();
    const end = types['[method]descriptor.write-via-stream'](file, data, 6n);
    data.write('there').write('!').write(long);
    assert.equal(end.settled, undefined);
    data.close();
    await ready(end);
    assert.deepEqual(end.settled, past);
    const appended = types['[method]descriptor.append-via-stream'](file, new GuestStream().write('the end').close());
    await ready(appended);
    assert.equal(await text('file.txt'), `hello there!${long}the end`);
  });
}

test('a guest that writes faster than the disk is held up: one piece of 64 KB is taken at a time', async t => {
  const { types, openFile, text } = await mount(t);
  const data = new GuestStream().write(Buffer.alloc(200_000, 'x')).close();
  const end = types['[method]descriptor.write-via-stream'](await openFile('file.txt', ''), data, 0n);
  assert.equal(data.pending, 200_000 - 65_536);
  await ready(end);
  assert.equal((await text('file.txt')).length, 200_000);
});

test('a guest that does not read makes the host read nothing', async t => {
  const { types, openFile, write } = await mount(t);
  const [bytes] = types['[method]descriptor.read-via-stream'](await openFile('file.txt', 'old'), 0n);
  await new Promise(resolve => setTimeout(resolve, 20));
  await write('file.txt', 'new');
  assert.equal(await all(bytes), 'new');
});

test('a stream that is dropped early lets go of its file, and its future says ok', { skip: notLinux }, async t => {
  const { types, openFile, drop, folder, configured, end: endInvocation } = await mount(t);
  const file = await openFile('file.txt', long);
  const [bytes, end] = types['[method]descriptor.read-via-stream'](file, 0n);
  await ready(bytes);
  drop(file);
  assert.equal((await openBelow(folder)).length, 2, 'the mount, and the file of the stream');
  bytes.cancel();
  assert.deepEqual(end.settled, past);
  while ((await openBelow(folder)).length > 1) await new Promise(resolve => setTimeout(resolve, 1));
  endInvocation();
  await configured.close?.();
});

test('what may not be read or written is told by the future', async t => {
  const { types, root, openFile, open } = await mount(t, {});
  const file = await openFile('file.txt', 'text');
  const [bytes, end] = types['[method]descriptor.read-via-stream'](root, 0n);
  assert.deepEqual([bytes.ended, bytes.read(1), end.settled], [true, undefined, failed('bad-descriptor')]);
  assert.deepEqual(types['[method]descriptor.read-via-stream'](file, 2n ** 63n)[1].settled, failed('invalid'));
  const data = new GuestStream().write('x');
  assert.deepEqual(types['[method]descriptor.write-via-stream'](file, data, 0n).settled, failed('read-only'));
  assert.deepEqual(types['[method]descriptor.append-via-stream'](await open('file.txt'), data).settled, failed('read-only'));
  assert.ok(data.isCancelled);
});

test('a read or a write that fails ends its stream, and the future says why', { skip: notLinux }, async t => {
  const others = [
    { hostPath: '/proc/self', writable: false },
    { hostPath: '/dev', writable: true },
  ];
  const { types, preopened } = await mount(t, { others });
  const [, proc, devices] = preopened.map(([root]) => root) as [Descriptor, Descriptor, Descriptor];
  const memory = okOf(await types['[method]descriptor.open-at'](proc, {}, 'mem', {}, { read: true }));
  const [bytes, end] = types['[method]descriptor.read-via-stream'](memory, 0n);
  assert.equal(await all(bytes), '');
  assert.deepEqual(end.settled, failed('io'));
  const full = okOf(await types['[method]descriptor.open-at'](devices, {}, 'full', {}, { write: true }));
  const data = new GuestStream().write('x');
  const written = types['[method]descriptor.write-via-stream'](full, data, 0n);
  await ready(written);
  assert.deepEqual(written.settled, failed('insufficient-space'));
  assert.ok(data.isCancelled, 'nobody reads what the guest writes');
});

test('a listing is read as the guest reads, from a directory that it may drop at once', async t => {
  const { types, open, host, drop, write } = await mount(t);
  await mkdir(host('dir'));
  for (let index = 0; index < 100; index += 1) await write(`dir/${index}`, '');
  const directory = await open('dir');
  const [entries, end] = types['[method]descriptor.read-directory'](directory);
  drop(directory);
  const names: string[] = [];
  while (!entries.ended) {
    const some = entries.read(7);
    assert.ok((some?.length ?? 0) <= 7);
    if (some) names.push(...some.map(({ name }) => name));
    else await ready(entries);
  }
  assert.deepEqual(names.sort(), Array.from({ length: 100 }, (_, index) => String(index)).sort());
  assert.deepEqual(end.settled, past);
});

test('a name that is not UTF-8 ends a listing', { skip: notLinux }, async t => {
  const { types, host, root } = await mount(t);
  await writeFile(Buffer.concat([Buffer.from(host('bad-')), Buffer.from([0xff])]), '');
  const [entries, end] = types['[method]descriptor.read-directory'](root);
  await ready(entries);
  assert.deepEqual([entries.ended, end.settled], [true, failed('illegal-byte-sequence')]);
});

test('a listing that is let go, before or after it was opened, leaves nothing open', { skip: notLinux }, async t => {
  const { types, folder, root, configured, end } = await mount(t);
  const [early, earlyEnd] = types['[method]descriptor.read-directory'](root);
  early.cancel();
  const [late] = types['[method]descriptor.read-directory'](root);
  await ready(late);
  late.cancel();
  types['[method]descriptor.read-directory'](root);
  assert.deepEqual(earlyEnd.settled, past);
  end();
  await configured.close?.();
  assert.deepEqual(await openBelow(folder), []);
});

test('times before 1970 are told and set', { skip: notLinux }, async t => {
  const { types, openFile, host } = await mount(t);
  const file = await openFile('file.txt', '');
  execFileSync('touch', ['-d', '@-5.25', host('file.txt')]);
  const modified = async () => okOf(await types['[method]descriptor.stat'](file)).dataModificationTimestamp;
  assert.deepEqual(await modified(), { seconds: -6n, nanoseconds: 750_000_000 });
  const time = { tag: 'timestamp', val: { seconds: -3n, nanoseconds: 500_000_000 } } as const;
  okOf(await types['[method]descriptor.set-times'](file, { tag: 'no-change' }, time));
  assert.deepEqual(await modified(), { seconds: -3n, nanoseconds: 500_000_000 });
});

test('streams, listings and descriptors have one limit, also when they are opened at once', async t => {
  const { types, openFile, root } = await mount(t);
  const file = await openFile('file.txt', 'x');
  const streams = Array.from({ length: openMax - 11 }, () => types['[method]descriptor.read-via-stream'](file, 0n));
  const open = async () => types['[method]descriptor.open-at'](root, {}, 'file.txt', {}, { read: true });
  const opened = await Promise.all(Array.from({ length: 20 }, open));
  assert.equal(opened.filter(({ tag }) => tag === 'ok').length, 10);
  assert.deepEqual(opened.at(-1), { tag: 'err', val: { tag: 'insufficient-memory' } });
  assert.deepEqual(types['[method]descriptor.read-via-stream'](file, 0n)[1].settled, failed('insufficient-memory'));
  assert.deepEqual(types['[method]descriptor.read-directory'](root)[1].settled, failed('insufficient-memory'));
  const data = new GuestStream();
  assert.deepEqual(types['[method]descriptor.write-via-stream'](file, data, 0n).settled, failed('insufficient-memory'));
  assert.ok(data.isCancelled);
  streams[0]?.[0].cancel();
  okOf(await open());
});

test('what is opened for a call that the guest gave up is let go', { skip: notLinux }, async t => {
  const { types, root, write, folder } = await mount(t);
  await write('file.txt', '');
  const opening = types['[method]descriptor.open-at'](root, {}, 'file.txt', {}, { read: true });
  (opening as GivenUp).givenUp?.();
  await opening;
  while ((await openBelow(folder)).length > 1) await new Promise(resolve => setTimeout(resolve, 1));
});

test('of many operations that a guest starts at once, few are under way', { skip: notLinux }, async t => {
  const { types, root, host } = await mount(t);
  await mkdir(host('a/b/c/d'), { recursive: true });
  await types['[method]descriptor.stat'](root);
  const before = readdirSync('/proc/self/fd').length;
  let most = 0;
  let isOver = false;
  const watch = (): void => {
    most = Math.max(most, readdirSync('/proc/self/fd').length - before);
    if (!isOver) setImmediate(watch);
  };
  watch();
  const stats = Array.from({ length: 500 }, async () => types['[method]descriptor.stat-at'](root, {}, 'a/b/c/d'));
  for (const stat of await Promise.all(stats)) okOf(stat);
  isOver = true;
  assert.ok(most > 1, 'nothing was seen');
  // Each has the three directories open that it went through.
  assert.ok(most <= 3 * operationsMax, `${most} directories were open at once`);
});

test('the end of the invocation ends what is under way', async t => {
  const { types, openFile, end, configured, root } = await mount(t);
  const file = await openFile('file.txt', long);
  const [bytes] = types['[method]descriptor.read-via-stream'](file, 0n);
  const data = new GuestStream();
  const written = types['[method]descriptor.write-via-stream'](file, data, 0n);
  const stats = Array.from({ length: 50 }, async () => types['[method]descriptor.stat-at'](root, {}, 'file.txt'));
  let isTold = false;
  bytes.whenReady(() => (isTold = true));
  end();
  data.write('too late');
  assert.equal(written.settled?.value.tag, 'err');
  await Promise.all(stats);
  await configured.close?.();
  // The bytes are not at their end, though no more will come.
  assert.deepEqual([isTold, bytes.ended, bytes.read(1)], [false, false, undefined]);
});

/** The paths that this process has open in a folder. */
async function openBelow(folder: string): Promise<string[]> {
  const numbers = await readdir('/proc/self/fd');
  const paths = await Promise.all(numbers.map(number => readlink(`/proc/self/fd/${number}`).catch(() => '')));
  return paths.filter(path => path.startsWith(folder));
}
