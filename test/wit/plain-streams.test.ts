// Streams and futures as jco gives and takes them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FutureValue } from '../../src/wit/future-value.ts';
import { ListStream } from '../../src/wit/list-stream.ts';
import { plainFuture, PlainFutureReader, plainStream, PlainStreamReader, type StreamOwner } from '../../src/wit/plain-streams.ts';
import type { HostScope } from '../../src/wit/scope.ts';
import { GuestStream } from './guest-stream.ts';

/** An instance whose invocation goes on until it is given up. */
function instance() {
  const over = Promise.withResolvers<never>();
  over.promise.catch(() => {});
  const scope = { wait: <T>(promise: Promise<T>) => Promise.race([promise, over.promise]) } as HostScope;
  let open = 0;
  const owner: StreamOwner = {
    scope,
    reading: () => {
      open += 1;
      return () => void (open -= 1);
    },
  };
  return { owner, giveUp: () => over.reject(new Error('given up')), open: () => open };
}

/** The guest's end as jco gives it, over what it will give. */
function jcoStream(...pieces: readonly { value?: unknown; done?: boolean }[]) {
  const rest = [...pieces];
  const stream = {
    disposed: false,
    read: () => Promise.resolve(rest.shift() ?? { done: true }),
    [Symbol.dispose]() {
      stream.disposed = true;
    },
  };
  return stream;
}

const ready = (reader: { whenReady(notify: () => void): void }): Promise<void> =>
  new Promise(resolve => reader.whenReady(resolve));

test('what a guest writes is read in pieces as large as is asked for; nothing is read before', async () => {
  const { owner, open } = instance();
  const source = jcoStream({ value: [104, 105] }, { value: Buffer.from('!'), done: true });
  const reader = new PlainStreamReader(source, owner, { lift: undefined, isBytes: true });
  assert.deepEqual([reader.read(10), reader.ended, open()], [undefined, false, 1]);
  await ready(reader);
  assert.deepEqual(reader.read(1), Uint8Array.of(104));
  assert.deepEqual(reader.read(10), Uint8Array.of(105));
  await ready(reader);
  assert.equal(String(reader.read(10)), '!');
  assert.deepEqual([reader.ended, open()], [true, 0]);
});

test('items are lifted, an end without a piece is an end, and a reader that goes away disposes of the guest’s', async () => {
  const { owner, open } = instance();
  const reader = new PlainStreamReader(jcoStream({ value: [1, 2] }), owner, {
    lift: value => `<${String(value)}>`,
    isBytes: false,
  });
  await ready(reader);
  assert.deepEqual(reader.read(10), ['<1>', '<2>']);
  await ready(reader);
  assert.deepEqual([reader.read(10), reader.ended], [undefined, true]);
  const source = jcoStream({ value: [1] });
  new PlainStreamReader(source, owner, { lift: undefined, isBytes: true }).cancel();
  assert.deepEqual([source.disposed, open()], [true, 0]);
});

test('a future is asked for when it is waited for, or thrown away', async () => {
  const { owner, open } = instance();
  const asked: string[] = [];
  const thenable = (name: string, outcome: Promise<unknown>): PromiseLike<unknown> => ({
    // oxlint-disable-next-line unicorn/no-thenable -- this is what jco gives
    then: (resolved, rejected) => {
      asked.push(name);
      return outcome.then(resolved, rejected);
    },
  });
  const reader = new PlainFutureReader(thenable('read', Promise.resolve(1)), owner, value => Number(value) + 1);
  assert.deepEqual([asked, reader.settled], [[], undefined]);
  await ready(reader);
  assert.deepEqual(reader.settled, { value: 2 });
  const abandoned = new PlainFutureReader(thenable('abandoned', Promise.reject(new Error('gone'))), owner, undefined);
  await ready(abandoned);
  assert.equal(abandoned.abandoned, true);
  new PlainFutureReader(thenable('cancelled', Promise.resolve()), owner, undefined).cancel();
  assert.deepEqual([asked, open()], [['read', 'abandoned', 'cancelled'], 0]);
});

test('jco gets bytes in pieces and all else item by item', async () => {
  const { owner } = instance();
  const bytes = plainStream(new GuestStream().write('ab').write('c').close(), owner, undefined);
  assert.deepEqual(await Array.fromAsync(bytes, String), ['ab', 'c']);
  const items = plainStream(new ListStream(['x', 'y']), owner, value => `<${String(value)}>`);
  assert.deepEqual(await Array.fromAsync(items), ['<x>', '<y>']);
  const left = new GuestStream();
  await plainStream(left, owner, undefined).return?.();
  assert.equal(left.isCancelled, true);
  assert.equal(await plainFuture(FutureValue.of(3), owner, value => Number(value) * 2), 6);
});

test('a guest that waits for more is told the end when its invocation is given up, never a rejection', async () => {
  const { owner, giveUp } = instance();
  const next = plainStream(new GuestStream(), owner, undefined).next();
  giveUp();
  assert.deepEqual(await next, { value: undefined, done: true });
});
