// Files as streams of wasi:io.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';

import { descriptorPlatform, pathPlatform } from '../../../src/host/wasi-filesystem/platform.ts';
import { assertError, mountFolder, okOf, readAll, writeAll, type MountOptions } from './mounted.ts';

const long = Array.from({ length: 40_000 }, (_, index) => `line ${index}\n`).join('');

async function mountFile(t: TestContext, text: string, options: MountOptions = { access: 'writable' }) {
  const mounted = await mountFolder(t, options);
  await mounted.write('file.txt', text);
  const file = await mounted.open('file.txt', { flags: { read: true, write: options.access === 'writable' } });
  return { ...mounted, file };
}

for (const [offset, text] of [
  [0n, long],
  [100n, long.slice(100)],
  [BigInt(long.length), ''],
  [2n ** 62n, ''],
] as const) {
  test(`a read stream from ${offset} gives the rest of the file, then closes`, async t => {
    const { types, file } = await mountFile(t, long);
    const stream = okOf(types['[method]descriptor.read-via-stream'](file, offset));
    assert.equal(await readAll(stream), text);
    assert.deepEqual(stream.read(1), { tag: 'err', val: { tag: 'closed' } });
  });
}

test('a read stream gives no more than asked for, and loses nothing', async t => {
  const { types, file } = await mountFile(t, 'hello world');
  assert.equal(await readAll(okOf(types['[method]descriptor.read-via-stream'](file, 0n)), 3), 'hello world');
});

test('a read stream does not wait: its first read gives nothing and begins the reading', async t => {
  const { types, file } = await mountFile(t, 'hello');
  const stream = okOf(types['[method]descriptor.read-via-stream'](file, 0n));
  assert.equal(okOf(stream.read(2)).byteLength, 0);
  assert.equal(stream.pollable.ready(), false);
  await stream.pollable.wait();
  assert.equal(Buffer.from(okOf(stream.read(100))).toString(), 'he');
});

test('what is written to a file after a read of a stream is seen by its next read', async t => {
  const { types, file } = await mountFile(t, 'aaaabbbb');
  const stream = okOf(types['[method]descriptor.read-via-stream'](file, 0n));
  okOf(stream.read(4));
  await stream.pollable.wait();
  okOf(stream.read(4));
  okOf(await types['[method]descriptor.write'](file, Buffer.from('cccc'), 4n));
  assert.equal(await readAll(stream), 'cccc');
});

test('several read streams of one file do not disturb each other, nor does dropping the descriptor', async t => {
  const { types, file, drop } = await mountFile(t, long);
  const one = okOf(types['[method]descriptor.read-via-stream'](file, 0n));
  const two = okOf(types['[method]descriptor.read-via-stream'](file, 7n));
  drop(file);
  assert.deepEqual(await Promise.all([readAll(one), readAll(two)]), [long, long.slice(7)]);
});

test('a write stream writes from its offset on', async t => {
  const { types, file, text } = await mountFile(t, 'hello world');
  const stream = okOf(types['[method]descriptor.write-via-stream'](file, 6n));
  await writeAll(stream, 'there');
  await writeAll(stream, '!');
  assert.equal(await text('file.txt'), 'hello there!');
});

test('a write stream takes a long text in pieces, one at a time', async t => {
  const { types, file, text } = await mountFile(t, '');
  const stream = okOf(types['[method]descriptor.write-via-stream'](file, 0n));
  assert.equal(okOf(stream.checkWrite()), 65_536);
  okOf(stream.write(Buffer.from('x')));
  assert.equal(okOf(stream.checkWrite()), 0);
  assert.equal(stream.pollable.ready(), false);
  await stream.pollable.wait();
  await writeAll(stream, long);
  assert.equal(await text('file.txt'), `x${long}`);
});

test('what was written is on its way even when the guest drops stream and descriptor at once', async t => {
  const { types, file, text, drop, configured, end } = await mountFile(t, '');
  const stream = okOf(types['[method]descriptor.write-via-stream'](file, 0n));
  okOf(stream.write(Buffer.from('last words')));
  stream.dispose?.();
  drop(file);
  end();
  await configured.close?.();
  assert.equal(await text('file.txt'), 'last words');
});

for (const [how, platform] of [
  ['through file descriptors', descriptorPlatform],
  ['through paths', pathPlatform],
] as const) {
  test(`an append stream writes at the end, wherever that is by then, ${how}`, async t => {
    const { types, file, text } = await mountFile(t, 'one', { access: 'writable', platform });
    const stream = okOf(types['[method]descriptor.append-via-stream'](file));
    await writeAll(stream, ' two');
    okOf(await types['[method]descriptor.write'](file, Buffer.from(' three'), 7n));
    await writeAll(stream, ' four');
    assert.equal(await text('file.txt'), 'one two three four');
  });
}

test('append streams of several descriptors never overwrite each other', { skip: noProc() }, async t => {
  const { types, open, text } = await mountFile(t, '', { access: 'writable', platform: descriptorPlatform });
  const streams = await Promise.all(
    Array.from({ length: 8 }, async () =>
      okOf(types['[method]descriptor.append-via-stream'](await open('file.txt', { flags: { write: true } }))),
    ),
  );
  await Promise.all(
    streams.map(async (stream, index) => {
      for (let round = 0; round < 20; round += 1) await writeAll(stream, `${index}\n`);
    }),
  );
  const lines = (await text('file.txt')).trim().split('\n').sort();
  assert.deepEqual(
    lines,
    streams.flatMap((_, index) => Array.from({ length: 20 }, () => String(index))),
  );
});

test('a stream needs a file that was opened for it', async t => {
  const { types, open, root, write } = await mountFolder(t, { access: 'writable' });
  await write('file.txt', '');
  const reading = await open('file.txt', { flags: { read: true } });
  const writing = await open('file.txt', { flags: { write: true } });
  assertError(types['[method]descriptor.read-via-stream'](writing, 0n), 'bad-descriptor');
  assertError(types['[method]descriptor.write-via-stream'](reading, 0n), 'bad-descriptor');
  assertError(types['[method]descriptor.append-via-stream'](reading), 'bad-descriptor');
  assertError(types['[method]descriptor.read-via-stream'](root, 0n), 'bad-descriptor');
});

test('a read that fails is told once with the error-code, then the stream is closed', { skip: noProc() }, async t => {
  const { types, preopened } = await mountFolder(t, { others: [{ hostPath: '/proc/self', writable: false }] });
  const proc = preopened[1]?.[0];
  assert.ok(proc);
  const memory = okOf(await types['[method]descriptor.open-at'](proc, {}, 'mem', {}, { read: true }));
  const stream = okOf(types['[method]descriptor.read-via-stream'](memory, 0n));
  while (!stream.pollable.ready()) await stream.pollable.wait();
  const failed = stream.read(1);
  assert.ok(failed.tag === 'err' && failed.val.tag === 'last-operation-failed');
  assert.equal(types['filesystem-error-code'](failed.val.val), 'io');
  assert.deepEqual(stream.read(1), { tag: 'err', val: { tag: 'closed' } });
});

test('a write that fails is told by the next call, once, then the stream is closed', { skip: noProc() }, async t => {
  const { types, preopened } = await mountFolder(t, { others: [{ hostPath: '/dev', writable: true }] });
  const devices = preopened[1]?.[0];
  assert.ok(devices);
  const full = okOf(await types['[method]descriptor.open-at'](devices, {}, 'full', {}, { write: true }));
  const stream = okOf(types['[method]descriptor.write-via-stream'](full, 0n));
  okOf(stream.write(Buffer.from('x')));
  await stream.pollable.wait();
  const failed = stream.checkWrite();
  assert.ok(failed.tag === 'err' && failed.val.tag === 'last-operation-failed');
  assert.equal(types['filesystem-error-code'](failed.val.val), 'insufficient-space');
  for (const after of [stream.checkWrite(), stream.flush(), stream.write(Buffer.from('x'))]) {
    assert.deepEqual(after, { tag: 'err', val: { tag: 'closed' } });
  }
});

test('the error of another interface has no filesystem error-code', async t => {
  const { types } = await mountFolder(t);
  assert.equal(types['filesystem-error-code']({ message: 'connection reset', cause: 'io' }), undefined);
});

function noProc(): string | false {
  return process.platform === 'linux' ? false : 'needs /proc and /dev/full, which only Linux has';
}
