import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { untilReady } from '../../../src/host/io/wait.ts';
import { Fields } from '../../../src/host/wasi-http/fields.ts';
import { OutgoingBody } from '../../../src/host/wasi-http/outgoing-body.ts';
import { err, ok, okay } from '../../../src/wit/types.ts';

const unsentBytesMax = 128 * 1024;

const closed = err({ tag: 'closed' });

const takeAll = (body: OutgoingBody): Buffer => {
  const parts: Uint8Array[] = [];
  for (let part = body.take(); part; part = body.take()) parts.push(part);
  return Buffer.concat(parts);
};

test('the receiver takes every byte in order, whenever it takes', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.boolean()), { maxLength: 12 }), chunks => {
      const body = new OutgoingBody(undefined);
      const got: Uint8Array[] = [];
      for (const [chunk, takeNow] of chunks) {
        assert.deepEqual(body.write(chunk), okay);
        if (takeNow) got.push(takeAll(body));
      }
      assert.deepEqual(body.finish(undefined), okay);
      got.push(takeAll(body));
      assert.deepEqual(Buffer.concat(got), Buffer.concat(chunks.map(([chunk]) => chunk)));
      assert.deepEqual(body.outcome, { kind: 'finished', trailers: undefined });
    }),
  );
});

test('the permit is what the pipe has room for, and a take gives room back and wakes the guest', async () => {
  const body = new OutgoingBody(undefined);
  assert.deepEqual(body.checkWrite(), ok(unsentBytesMax));
  body.write(new Uint8Array(100));
  assert.deepEqual(body.checkWrite(), ok(unsentBytesMax - 100));
  body.write(new Uint8Array(unsentBytesMax - 100));
  assert.deepEqual(body.checkWrite(), ok(0));
  const wait = untilReady(body.pollable);
  assert(wait instanceof Promise);
  body.take();
  await wait;
  assert.deepEqual(body.checkWrite(), ok(100));
});

test('the receiver is told of bytes and of the end, also of those before it came', () => {
  const body = new OutgoingBody(undefined);
  body.write(Uint8Array.of(1));
  let told = 0;
  body.attach(() => told++);
  assert.equal(told, 1);
  body.write(Uint8Array.of(2));
  assert.equal(told, 2);
  body.write(new Uint8Array(0));
  assert.equal(told, 2);
  body.finish(undefined);
  assert.equal(told, 3);
});

test('an attach to a body without bytes tells nothing', () => {
  let told = 0;
  new OutgoingBody(undefined).attach(() => told++);
  assert.equal(told, 0);
});

test('the outcome is known only when all bytes have been taken', () => {
  const body = new OutgoingBody(undefined);
  const trailers = Fields.empty();
  body.write(Uint8Array.of(1, 2));
  body.finish(trailers);
  assert.equal(body.outcome, undefined);
  assert.deepEqual(body.finished, { bytes: 2, trailers });
  body.take();
  assert.deepEqual(body.outcome, { kind: 'finished', trailers });
  assert.deepEqual(body.finished, { bytes: 0, trailers });
});

test('exactly the declared length is a whole body', () => {
  const body = new OutgoingBody(3);
  body.write(Uint8Array.of(1, 2));
  body.write(Uint8Array.of(3));
  assert.deepEqual(body.finish(undefined), okay);
});

test('more than the declared length is refused with its size, and what came before stays', () => {
  const body = new OutgoingBody(3);
  body.write(Uint8Array.of(1, 2));
  const refused = body.write(Uint8Array.of(3, 4));
  assert(refused.tag === 'err' && refused.val.tag === 'last-operation-failed');
  assert.deepEqual(refused.val.val.cause, { httpErrorCode: { tag: 'HTTP-response-body-size', val: 4n } });
  assert.deepEqual([...takeAll(body)], [1, 2]);
});

test('less than the declared length is an error at the end, and the body is not whole', () => {
  const body = new OutgoingBody(3);
  body.write(Uint8Array.of(1, 2));
  assert.deepEqual(body.finish(undefined), err({ tag: 'HTTP-response-body-size', val: 2n }));
  assert.equal(body.finished, undefined);
  body.take();
  assert.deepEqual(body.outcome, { kind: 'aborted', reason: 'the guest declared content-length 3 and wrote 2 bytes' });
});

test('nothing can be written after the end', () => {
  const body = new OutgoingBody(undefined);
  body.finish(undefined);
  assert.deepEqual(body.write(Uint8Array.of(1)), closed);
});

test('a receiver that is gone makes writes and flushes fail and wakes a guest that waits', async () => {
  const body = new OutgoingBody(undefined);
  body.write(new Uint8Array(unsentBytesMax));
  const wait = untilReady(body.pollable);
  body.cancel();
  await wait;
  assert.deepEqual(body.checkWrite(), closed);
  assert.deepEqual(body.write(Uint8Array.of(1)), closed);
  assert.deepEqual(body.flush(), closed);
  assert.equal(body.take(), undefined);
});

test('an abort gives its reason, the first reason counts, and a finished body cannot be aborted', () => {
  const body = new OutgoingBody(undefined);
  assert.equal(body.abort('dropped'), 'dropped');
  assert.equal(body.abort('again'), 'dropped');
  assert.deepEqual(body.outcome, { kind: 'aborted', reason: 'dropped' });
  const whole = new OutgoingBody(undefined);
  whole.finish(undefined);
  assert.equal(whole.abort('too late'), undefined);
  assert.deepEqual(whole.outcome, { kind: 'finished', trailers: undefined });
});

test('what is written while a piece is taken does not overtake it', () => {
  const body = new OutgoingBody(undefined);
  const received: number[] = [];
  let next = 1;
  const receive = () => {
    // One piece a call, as a receiver with little room does.
    const chunk = body.take();
    if (chunk) received.push(...chunk);
  };
  body.feed(() => {
    if (next < 5) body.write(Uint8Array.of((next += 1)));
    else body.finish(undefined);
  });
  body.write(Uint8Array.of(1));
  body.attach(receive);
  while (!body.outcome) receive();
  assert.deepEqual(received, [1, 2, 3, 4, 5]);
});

test('a flush has nothing to wait for', () => {
  const body = new OutgoingBody(undefined);
  body.write(Uint8Array.of(1));
  assert.deepEqual(body.flush(), okay);
  assert.equal(body.pollable.ready(), true);
});

test('the stream can be had once', () => {
  const body = new OutgoingBody(undefined);
  assert.equal(body.takeStream(), body);
  assert.equal(body.takeStream(), undefined);
});
