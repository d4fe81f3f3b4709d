import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { internalError } from '../../../src/host/wasi-http/error-code.ts';
import { IncomingBody } from '../../../src/host/wasi-http/incoming-body.ts';
import { untilReady } from '../../../src/host/io/wait.ts';
import { err, ok } from '../../../src/wit/types.ts';

const unreadBytesMax = 128 * 1024;

/** A body and the calls that its source got. */
function bodyWithSource() {
  const calls: string[] = [];
  const body = new IncomingBody({ resume: () => void calls.push('resume'), pause: () => void calls.push('pause') });
  return { body, calls };
}

/** Reads until there is nothing now, in reads of the given sizes. */
function readAvailable(body: IncomingBody, sizes: Iterator<number>): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (;;) {
    const read = body.read(sizes.next().value as number);
    if (read.tag === 'err' || read.val.byteLength === 0) return parts;
    parts.push(read.val);
  }
}

function* around(sizes: readonly number[]): Generator<number> {
  for (;;) yield* sizes;
}

const sizesArbitrary = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 });

test('the guest reads every byte in order, however they come and however it reads', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.boolean()), { maxLength: 12 }),
      sizesArbitrary,
      (chunks, readSizes) => {
        const { body } = bodyWithSource();
        const sizes = around(readSizes);
        const got: Uint8Array[] = [];
        for (const [chunk, readNow] of chunks) {
          body.push(chunk);
          if (readNow) got.push(...readAvailable(body, sizes));
        }
        body.end();
        got.push(...readAvailable(body, sizes));
        assert.deepEqual(Buffer.concat(got), Buffer.concat(chunks.map(([chunk]) => chunk)));
        assert.deepEqual(body.read(1), err({ tag: 'closed' }));
      },
    ),
  );
});

test('a read never gives more than it was asked for', () => {
  const { body } = bodyWithSource();
  body.push(Uint8Array.of(1, 2, 3));
  assert.deepEqual(body.read(2), ok(Uint8Array.of(1, 2)));
  assert.deepEqual(body.read(0), ok(new Uint8Array(0)));
  assert.deepEqual(body.read(2), ok(Uint8Array.of(3)));
});

test('the source is left alone until the guest wants bytes, then resumed once', () => {
  const { body, calls } = bodyWithSource();
  body.takeStream();
  assert.deepEqual(calls, []);
  body.read(1);
  body.read(1);
  body.pollable.ready();
  assert.deepEqual(calls, ['resume']);
});

test('asking whether the body is ready lets bytes come', () => {
  const { body, calls } = bodyWithSource();
  assert.equal(body.pollable.ready(), false);
  assert.deepEqual(calls, ['resume']);
});

test('a full buffer pauses the source exactly once, and room in it resumes exactly once', () => {
  const { body, calls } = bodyWithSource();
  body.read(1);
  body.push(new Uint8Array(unreadBytesMax - 1));
  assert.deepEqual(calls, ['resume']);
  body.push(Uint8Array.of(1));
  body.push(Uint8Array.of(2));
  assert.deepEqual(calls, ['resume', 'pause']);
  body.read(1);
  assert.deepEqual(calls, ['resume', 'pause']);
  body.read(1);
  body.read(1);
  assert.deepEqual(calls, ['resume', 'pause', 'resume']);
});

test('resume and pause always alternate, and neither comes after the end', () => {
  const step = fc.oneof(
    fc.integer({ min: 1, max: unreadBytesMax }).map(bytes => ({ kind: 'push' as const, bytes })),
    fc.integer({ min: 0, max: unreadBytesMax }).map(bytes => ({ kind: 'read' as const, bytes })),
    fc.constant({ kind: 'ready' as const, bytes: 0 }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 15 }), fc.nat(15), (steps, endAt) => {
      const { body, calls } = bodyWithSource();
      let atEnd: number | undefined;
      for (const [index, { kind, bytes }] of steps.entries()) {
        if (index === endAt) {
          body.end();
          atEnd = calls.length;
        }
        if (kind === 'push') body.push(new Uint8Array(bytes));
        else if (kind === 'read') body.read(bytes);
        else body.pollable.ready();
      }
      calls.forEach((call, index) => assert.equal(call, index % 2 === 0 ? 'resume' : 'pause'));
      assert.equal(calls.length, atEnd ?? calls.length);
    }),
  );
});

for (const [what, act] of [
  ['bytes', body => body.push(Uint8Array.of(1))],
  ['the end', body => body.end()],
  ['a failure', body => body.fail(internalError('gone'))],
] as const satisfies readonly (readonly [string, (body: IncomingBody) => void])[]) {
  test(`${what} wakes a guest that waits`, async () => {
    const { body } = bodyWithSource();
    const wait = untilReady(body.pollable);
    assert(wait instanceof Promise);
    act(body);
    await wait;
  });
}

test('a failure comes after the bytes that came before it, with its code', () => {
  const { body } = bodyWithSource();
  body.push(Uint8Array.of(1));
  body.fail({ tag: 'connection-terminated' });
  assert.deepEqual(body.read(5), ok(Uint8Array.of(1)));
  assert.deepEqual(
    body.read(5),
    err({
      tag: 'last-operation-failed',
      val: { message: 'connection-terminated', cause: { httpErrorCode: { tag: 'connection-terminated' } } },
    }),
  );
});

test('nothing comes after the end, and the first end counts', () => {
  const { body } = bodyWithSource();
  body.end();
  body.push(Uint8Array.of(1));
  body.fail(internalError('too late'));
  assert.deepEqual(body.read(1), err({ tag: 'closed' }));
  assert.equal(body.ended, true);
});

test('an empty body is at its end', () => {
  const body = IncomingBody.empty();
  assert.equal(body.pollable.ready(), true);
  assert.deepEqual(body.read(1), err({ tag: 'closed' }));
});

test('the stream can be had once', () => {
  const { body } = bodyWithSource();
  assert.equal(body.takeStream(), body);
  assert.equal(body.takeStream(), undefined);
});

test('trailers come when the body has ended, once', () => {
  const { body } = bodyWithSource();
  const future = body.finish();
  assert.equal(future.get(), undefined);
  body.end([['x-sum', Uint8Array.of(52)]]);
  const got = future.get();
  assert(got?.tag === 'ok' && got.val.tag === 'ok');
  assert.deepEqual(got.val.val?.entries, [['x-sum', Uint8Array.of(52)]]);
  assert.deepEqual(got.val.val.delete('x-sum'), err({ tag: 'immutable' }));
  assert.deepEqual(future.get(), err(undefined));
});

test('a body without trailers gives none', () => {
  assert.deepEqual(IncomingBody.empty().finish().get(), ok(ok(undefined)));
});

test('a body that failed gives its code instead of trailers', () => {
  const { body } = bodyWithSource();
  body.fail({ tag: 'connection-terminated' });
  assert.deepEqual(body.finish().get(), ok(err({ tag: 'connection-terminated' })));
});

test('a finished body lets a paused source go on and throws its bytes away', () => {
  const { body, calls } = bodyWithSource();
  body.read(1);
  body.push(new Uint8Array(unreadBytesMax));
  const future = body.finish();
  assert.equal(future.get(), undefined);
  assert.deepEqual(calls, ['resume', 'pause', 'resume']);
  body.push(new Uint8Array(unreadBytesMax));
  assert.deepEqual(calls, ['resume', 'pause', 'resume']);
  assert.equal(future.pollable.ready(), false);
  body.end();
  assert.equal(future.pollable.ready(), true);
  assert.deepEqual(future.get(), ok(ok(undefined)));
});

test('trailers do not come before the bytes in front of them are read', () => {
  const { body } = bodyWithSource();
  body.push(Uint8Array.of(1));
  body.end();
  assert.equal(body.trailers, undefined);
  body.read(1);
  assert.deepEqual(body.trailers, ok(undefined));
});
