import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IncomingBody } from '../../../src/host/wasi-http/incoming-body.ts';
import { answerOf, WholeBodies } from '../../../src/trigger/http/inbound-http.ts';

const limits = { body: 100_000, bodies: 150_000 };
const bodyOf = (bytes: number): IncomingBody => IncomingBody.whole(Buffer.alloc(bytes, 'x'));

test('a body is read in one piece, in whatever pieces it came', async () => {
  const body = new IncomingBody({ resume: () => {}, pause: () => {} });
  const reading = new WholeBodies().read(body);
  for (const piece of ['one', 'two', 'three']) {
    body.push(Buffer.from(piece));
    await new Promise(resolve => setImmediate(resolve));
  }
  body.end();
  const read = await reading;
  assert(read.tag === 'ok');
  assert.equal(String(read.val.bytes), 'onetwothree');
});

test('a body above the limit is 413, one at it is read', async () => {
  const bodies = new WholeBodies(limits);
  assert.deepEqual(await bodies.read(bodyOf(limits.body + 1)), { tag: 'err', val: 413 });
  const read = await bodies.read(bodyOf(limits.body));
  assert.equal(read.tag === 'ok' && read.val.bytes.byteLength, limits.body);
});

test('a body for which there is no room beside the others is 503, until one of them is gone', async () => {
  const bodies = new WholeBodies(limits);
  const first = await bodies.read(bodyOf(90_000));
  assert(first.tag === 'ok');
  for (let count = 0; count < 3; count++) assert.deepEqual(await bodies.read(bodyOf(90_000)), { tag: 'err', val: 503 });
  first.val[Symbol.dispose]();
  assert.equal((await bodies.read(bodyOf(90_000))).tag, 'ok');
});

test('a body that breaks off is 400, and what it took is free again', async () => {
  const bodies = new WholeBodies(limits);
  for (let count = 0; count < 5; count++) {
    const body = new IncomingBody({ resume: () => {}, pause: () => {} });
    const reading = bodies.read(body);
    body.push(Buffer.alloc(60_000));
    await new Promise(resolve => setImmediate(resolve));
    body.fail({ tag: 'connection-terminated' });
    assert.deepEqual(await reading, { tag: 'err', val: 400 });
  }
});

test('headers of more than 1 MiB are no answer', () => {
  const answer = answerOf({ status: 200, headers: [['x', 'y'.repeat(1024 * 1024)]], body: undefined });
  assert.equal(answer.tag, 'err');
});
