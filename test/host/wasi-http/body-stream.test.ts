// A received body as a stream and a future.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BodyStream } from '../../../src/host/wasi-http/body-stream.ts';
import { IncomingBody } from '../../../src/host/wasi-http/incoming-body.ts';

function received() {
  const calls: string[] = [];
  const body = new IncomingBody({ resume: () => calls.push('resume'), pause: () => calls.push('pause') });
  return { body, stream: new BodyStream(body), calls };
}

test('bytes flow when they are waited for, and come in pieces as large as the reader takes', () => {
  const { body, stream, calls } = received();
  assert.deepEqual(calls, []);
  const seen: string[] = [];
  stream.whenReady(() => seen.push('ready'));
  assert.deepEqual([calls, seen], [['resume'], []]);
  body.push(Buffer.from('hello'));
  body.push(Buffer.from('!'));
  assert.deepEqual(seen, ['ready']);
  assert.equal(String(stream.read(3)), 'hel');
  assert.equal(String(stream.read(100)), 'lo');
  assert.equal(stream.ended, false);
  body.end();
  assert.equal(stream.ended, false);
  assert.equal(String(stream.read(100)), '!');
  assert.equal(stream.ended, true);
  assert.equal(stream.read(100), undefined);
});

test('the trailers come when the stream was read to its end, not before', () => {
  const { body, stream } = received();
  const { trailers } = stream;
  const seen: string[] = [];
  trailers.whenReady(() => seen.push('trailers'));
  body.push(Buffer.from('x'));
  body.end([['checksum', Buffer.from('1')]]);
  assert.deepEqual([seen, trailers.settled], [[], undefined]);
  stream.read(100);
  assert.deepEqual(seen, ['trailers']);
  const value = trailers.settled?.value;
  assert(value?.tag === 'ok');
  assert.deepEqual(value.val?.entries, [['checksum', Buffer.from('1')]]);
});

test('a connection that ends amid the body ends the stream, and the future says why', () => {
  const { body, stream } = received();
  const seen: string[] = [];
  stream.whenReady(() => seen.push('ready'));
  body.fail({ tag: 'connection-terminated' });
  assert.deepEqual([seen, stream.ended], [['ready'], true]);
  assert.deepEqual(stream.trailers.settled?.value, { tag: 'err', val: { tag: 'connection-terminated' } });
});

test('a reader that goes away keeps nothing, and can have the trailers still', () => {
  const { body, stream } = received();
  body.push(Buffer.from('x'));
  stream.cancel();
  const seen: string[] = [];
  stream.trailers.whenReady(() => seen.push('trailers'));
  body.push(Buffer.from('y'));
  assert.equal(stream.read(10), undefined);
  body.end();
  assert.deepEqual(seen, ['trailers']);
});

test('a sender faster than the reader is held back', () => {
  const { body, stream, calls } = received();
  stream.whenReady(() => {});
  body.push(Buffer.alloc(200_000));
  assert.deepEqual(calls, ['resume', 'pause']);
  stream.read(150_000);
  assert.deepEqual(calls, ['resume', 'pause', 'resume']);
});
