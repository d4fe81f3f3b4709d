// Streams of WASI 0.3 over those of wasi:io: what is thrown on the way ends the stream, and nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputReader } from '../../../src/host/io/input-reader.ts';
import { pump } from '../../../src/host/io/output-pump.ts';
import { readyPollable, Wakeup } from '../../../src/host/io/pollable.ts';
import type { OutputStream } from '../../../src/host/io/stream.ts';
import { err, ok, okay } from '../../../src/wit/types.ts';
import { GuestStream } from '../../wit/guest-stream.ts';

const use = (over: () => void = () => undefined) => ({ codeOf: () => 'failed', closed: 'closed', over });

/** Takes what `room` says, and throws where it is told to. */
function sink(parts: Partial<OutputStream>): OutputStream {
  return { checkWrite: () => ok(10), write: () => okay, flush: () => okay, pollable: readyPollable, ...parts };
}

test('what a sink throws ends the stream, at once and after waiting', async () => {
  const bug = (): never => {
    throw new Error('a bug');
  };
  const atOnce = new GuestStream().write('abc');
  assert.deepEqual(pump(atOnce, sink({ write: bug }), use()).settled, { value: err('closed') });
  assert.ok(atOnce.isCancelled);

  const wakeup = new Wakeup();
  let room = 0;
  const waiting = new GuestStream().write('abc');
  const pollable = { ready: () => room > 0, wait: () => wakeup.wait() };
  const end = pump(waiting, sink({ checkWrite: () => ok(room), write: bug, pollable }), use());
  assert.equal(end.settled, undefined);
  room = 1;
  wakeup.wake();
  await new Promise<void>(resolve => end.whenReady(resolve));
  assert.deepEqual(end.settled, { value: err('closed') });

  const flushing = pump(new GuestStream().close(), sink({ flush: bug }), use());
  await new Promise<void>(resolve => flushing.whenReady(resolve));
  assert.deepEqual(flushing.settled, { value: err('closed') });
});

test('a sink that fails says why, and is let go once', () => {
  let letGo = 0;
  const failed = { tag: 'last-operation-failed', val: { message: 'full' } } as const;
  const end = pump(
    new GuestStream().write('a'),
    sink({ write: () => err(failed) }),
    use(() => (letGo += 1)),
  );
  assert.deepEqual([end.settled, letGo], [{ value: err('failed') }, 1]);
});

test('a reader asks for no more than it is asked for, and lets its stream go once', () => {
  const asked: number[] = [];
  let letGo = 0;
  const input = {
    read: (max: number) => {
      asked.push(max);
      return asked.length < 2 ? ok(new Uint8Array(max)) : err({ tag: 'closed' } as const);
    },
    pollable: readyPollable,
  };
  const reader = new InputReader(input, { ...use(() => (letGo += 1)), isGone: () => false });
  assert.equal(reader.read(3)?.byteLength, 3);
  assert.equal(reader.read(7), undefined);
  reader.cancel();
  assert.deepEqual([asked, reader.ended, letGo, reader.end.settled], [[3, 7], true, 1, { value: okay }]);
});
