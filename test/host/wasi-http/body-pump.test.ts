// A body that a guest writes as a stream and a future, on its way to the receiver.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BodyPump, type Transmission } from '../../../src/host/wasi-http/body-pump.ts';
import { BodyStream, type Trailers } from '../../../src/host/wasi-http/body-stream.ts';
import { Fields } from '../../../src/host/wasi-http/fields.ts';
import { IncomingBody } from '../../../src/host/wasi-http/incoming-body.ts';
import { OutgoingBody } from '../../../src/host/wasi-http/outgoing-body.ts';
import { FutureValue } from '../../../src/wit/future-value.ts';
import { err, ok, okay } from '../../../src/wit/types.ts';
import { GuestFuture, GuestStream } from '../../wit/guest-stream.ts';

const none: Trailers = ok(undefined);

function pumping({ contentLength, hold }: { contentLength?: number; hold?: (bytes: number) => void } = {}) {
  const stream = new GuestStream();
  const trailers = new GuestFuture<Trailers>();
  const sent = new FutureValue<Transmission>();
  const body = new OutgoingBody(contentLength, hold);
  const pump = new BodyPump({ stream, trailers, sent }, body);
  const taken = (): string => {
    let text = '';
    for (let chunk = body.take(); chunk; chunk = body.take()) text += String(Buffer.from(chunk));
    return text;
  };
  return { stream, trailers, sent, body, pump, taken };
}

test('bytes go on as they are written; the body is finished with the trailers, the transmission when all is taken', () => {
  const { stream, trailers, sent, body, taken } = pumping();
  stream.write('one ');
  assert.equal(taken(), 'one ');
  stream.write('two').close();
  trailers.write(ok(Fields.received([['a', Buffer.from('b')]])));
  assert.equal(body.finished?.bytes, 3);
  assert.deepEqual(body.finished?.trailers?.entries, [['a', Buffer.from('b')]]);
  assert.equal(sent.settled, undefined);
  assert.equal(taken(), 'two');
  assert.deepEqual(sent.settled, { value: okay });
});

test('a guest faster than its receiver is held back', () => {
  const { stream, body, taken } = pumping();
  stream.write(Buffer.alloc(1_000_000, 'x'));
  assert.equal(body.unsent, 128 * 1024);
  assert.equal(stream.pending, 1_000_000 - 128 * 1024);
  assert.equal(taken().length, 1_000_000);
});

test('the guest learns that the receiver has gone', () => {
  const { stream, trailers, sent, body } = pumping();
  stream.write('x');
  body.cancel();
  assert.deepEqual([stream.isCancelled, trailers.isCancelled], [true, true]);
  assert.deepEqual(sent.settled, { value: err({ tag: 'connection-terminated' }) });
});

test('more than the declared length cuts the body off, and so does less', () => {
  const long = pumping({ contentLength: 3 });
  long.stream.write('abcd');
  assert.equal(long.taken(), '');
  assert.equal(long.body.outcome?.kind, 'aborted');
  assert.equal(long.stream.isCancelled, true);
  assert.deepEqual(long.sent.settled, { value: err({ tag: 'HTTP-response-body-size', val: 4n }) });
  const short = pumping({ contentLength: 3 });
  short.stream.write('ab').close();
  short.trailers.write(none);
  short.taken();
  assert.equal(short.body.outcome?.kind, 'aborted');
  assert.deepEqual(short.sent.settled, { value: err({ tag: 'HTTP-response-body-size', val: 2n }) });
});

test('an error for trailers, and none ever, cut the body off', () => {
  const failing = pumping();
  failing.stream.close();
  failing.trailers.write(err({ tag: 'internal-error', val: 'boom' }));
  assert.deepEqual(failing.body.outcome, {
    kind: 'aborted',
    reason: 'the guest ended the body with the error internal-error: boom',
  });
  const abandoned = pumping();
  abandoned.stream.close();
  abandoned.trailers.abandon();
  assert.equal(abandoned.body.outcome?.kind, 'aborted');
});

test('a guest that returned has its body aborted when it is unfinished, and left when it was slow only to be taken', () => {
  const unfinished = pumping();
  unfinished.stream.write('x');
  assert.equal(unfinished.pump.conclude('gone'), 'gone');
  unfinished.taken();
  assert.deepEqual(unfinished.body.outcome, { kind: 'aborted', reason: 'gone' });

  const slow = pumping();
  slow.stream.write(Buffer.alloc(128 * 1024)).close();
  slow.trailers.write(none);
  assert.equal(slow.pump.conclude('gone'), undefined);
  slow.taken();
  assert.equal(slow.body.outcome?.kind, 'finished');
});

test('what the host receives and the guest returned goes on after the guest', async () => {
  const incoming = new IncomingBody({ resume: () => {}, pause: () => {} });
  const stream = new BodyStream(incoming);
  const body = new OutgoingBody(undefined);
  const pump = new BodyPump({ stream, trailers: stream.trailers, sent: new FutureValue() }, body);
  const rest = pump.conclude('gone');
  assert.ok(rest instanceof Promise);
  incoming.push(Buffer.from('late'));
  incoming.end();
  assert.equal(String(body.take()), 'late');
  await rest;
  assert.equal(body.outcome?.kind, 'finished');
});

test('what the host may not keep ends the body, not whoever takes from it', () => {
  const { stream, body } = pumping({
    hold: bytes => {
      if (bytes > 10) throw new Error('too much');
    },
  });
  stream.write('more than ten bytes');
  assert.deepEqual(body.outcome, { kind: 'aborted', reason: 'too much' });
  assert.equal(stream.isCancelled, true);
});

test('a receiver that leaves is no fault of the guest, but when the body had been cut off before', () => {
  const left = pumping();
  left.body.cancel();
  assert.equal(left.pump.conclude('gone'), undefined);
  const cut = pumping({ contentLength: 1 });
  cut.stream.write('ab');
  cut.body.cancel();
  assert.equal(cut.pump.conclude('gone'), 'the guest wrote more than the content-length that it declared');
});
