import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test, type TestContext } from 'node:test';

import { Fields, type Entry } from '../../../src/host/wasi-http/fields.ts';
import { OutgoingBody } from '../../../src/host/wasi-http/outgoing-body.ts';
import type { HttpAnswer } from '../../../src/trigger/http/exchange.ts';
import { FlushQueue } from '../../../src/trigger/http/flush-queue.ts';
import { Http1Sink } from '../../../src/trigger/http/http1-sink.ts';
import { ResponseWriter } from '../../../src/trigger/http/response-writer.ts';
import { request, serve, Wire } from './exchange.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const entry = (name: string, value: string): Entry => [name, bytes(value)];

/** A connection to a server that gives the answer to every request. */
async function wireTo(t: TestContext, answer: () => HttpAnswer): Promise<Wire> {
  return new Wire(t, await serve(t, (_, response) => writerOf(response).answer(answer())));
}

/** As the server has it: told when the client is gone. */
function writerOf(response: ServerResponse): ResponseWriter {
  const writer = new ResponseWriter(new Http1Sink(response), new FlushQueue());
  response.on('close', () => writer.clientGone());
  return writer;
}

const answerWith = (body: HttpAnswer['body'], headers: readonly Entry[] = [], status = 200): HttpAnswer => ({
  status,
  headers,
  body,
});

function finished(text: string): OutgoingBody {
  const body = new OutgoingBody(undefined);
  body.write(bytes(text));
  body.finish(undefined);
  return body;
}

test('a body that is whole already gets a content-length and no connection headers', async t => {
  const wire = await wireTo(t, () => answerWith(finished('hello'), [entry('x-one', '1')]));
  const text = await wire.send(request()).until('hello');
  assert.match(text, /^HTTP\/1\.1 200 OK\r\nx-one: 1\r\ncontent-length: 5\r\nDate: [^\r]+\r\n\r\nhello$/i);
});

test('an empty answer has content-length 0', async t => {
  const wire = await wireTo(t, () => answerWith(new Uint8Array(0), [], 404));
  assert.match(await wire.send(request()).until('\r\n\r\n'), /content-length: 0/i);
});

test('the head goes out before the first byte of a body that is still to come', async t => {
  const body = new OutgoingBody(undefined);
  const wire = await wireTo(t, () => answerWith(body));
  assert.match(await wire.send(request()).until('\r\n\r\n'), /transfer-encoding: chunked/i);
  body.write(bytes('later'));
  body.finish(undefined);
  assert.match(await wire.until('0\r\n\r\n'), /5\r\nlater\r\n0\r\n\r\n$/);
});

test('the head goes out before an aborted body is cut off', async t => {
  const body = new OutgoingBody(undefined);
  const wire = await wireTo(t, () => answerWith(body));
  body.abort('the guest trapped');
  assert.match(await wire.send(request()).closed(), /^HTTP\/1\.1 200 OK[^]*\r\n\r\n$/);
});

test('a body that is aborted in the middle is cut off after its last byte', async t => {
  const body = new OutgoingBody(undefined);
  const wire = await wireTo(t, () => answerWith(body));
  body.write(bytes('begun'));
  await wire.send(request()).until('begun');
  body.abort('the guest trapped');
  const text = await wire.closed();
  assert.ok(text.endsWith('5\r\nbegun\r\n'), text);
});

test('trailers come after a chunked body', async t => {
  const body = new OutgoingBody(undefined);
  body.write(bytes('hello'));
  const trailers = Fields.fromList([entry('x-sum', '5')]);
  assert.ok(trailers.tag === 'ok');
  body.finish(trailers.val);
  const wire = await wireTo(t, () => answerWith(body, [entry('trailer', 'x-sum')]));
  assert.match(await wire.send(request()).until('x-sum: 5'), /trailer: x-sum[^]*0\r\nx-sum: 5\r\n/i);
});

for (const [title, answer] of [
  ['a body with content-length', () => answerWith(finished('hello'), [entry('trailer', 'x-sum')])],
  ['204', () => answerWith(new Uint8Array(0), [entry('trailer', 'x-sum')], 204)],
  ['a declared length', () => declared('hello', [entry('trailer', 'x-sum')])],
] as const) {
  test(`an announcement of trailers is left out where there can be none: ${title}`, async t => {
    const wire = await wireTo(t, answer);
    assert.doesNotMatch(await wire.send(request()).until('\r\n\r\n'), /x-sum/);
  });
}

function declared(text: string, headers: readonly Entry[]): HttpAnswer {
  const body = new OutgoingBody(text.length);
  body.write(bytes(text));
  return answerWith(body, [entry('content-length', String(text.length)), ...headers]);
}

test('a declared length that no body keeps is put right', async t => {
  const wire = await wireTo(t, () => answerWith(new Uint8Array(0), [entry('content-length', '5')]));
  assert.match(await wire.send(request()).until('\r\n\r\n'), /content-length: 0\r\n/i);
  await wire.send(request('GET', '/second')).until('\r\n\r\nHTTP/1.1 200 OK');
});

test('HEAD keeps the length that the guest declares, and its connection', async t => {
  const wire = await wireTo(t, () => answerWith(new Uint8Array(0), [entry('content-length', '5')]));
  assert.match(await wire.send(request('HEAD')).until('\r\n\r\n'), /content-length: 5\r\n/i);
  await wire.send(request('HEAD')).until('\r\n\r\nHTTP/1.1 200 OK');
});

for (const status of [204, 304]) {
  test(`${status} has no body and no content-length of ours`, async t => {
    const wire = await wireTo(t, () => answerWith(finished(''), [], status));
    const text = await wire.send(request()).send(request()).until(`\r\n\r\nHTTP/1.1 ${status}`);
    assert.doesNotMatch(text, /content-length|transfer-encoding/i);
  });
}

test('header values pass byte for byte, repeated ones in their order', async t => {
  const wire = await wireTo(t, () => answerWith(finished('hello'), [entry('set-cookie', 'a=\xe9'), entry('set-cookie', 'b=2')]));
  assert.match(await wire.send(request()).until('hello'), /set-cookie: a=\xe9\r\nset-cookie: b=2\r\n/i);
});

test('a large body flows no faster than the client reads, and arrives whole', async t => {
  const total = 8 * 1024 * 1024;
  const body = new OutgoingBody(total);
  const wire = await wireTo(t, () => answerWith(body, [entry('content-length', String(total))]));
  wire.socket.pause();
  wire.send(request());
  let written = 0;
  const fill = (): boolean => {
    for (let permit = body.checkWrite(); permit.tag === 'ok' && permit.val > 0 && written < total; permit = body.checkWrite()) {
      const length = Math.min(permit.val, total - written);
      body.write(new Uint8Array(length).fill(120));
      written += length;
    }
    return written < total;
  };
  fill();
  // As long as the loop goes round and the body takes no more, the client's not reading is what holds it.
  for (let still = 0, before = -1; still < 20; still = before === written ? still + 1 : 0) {
    before = written;
    await new Promise(resolve => setImmediate(resolve));
    fill();
  }
  assert.ok(written < total, `${written} bytes were taken from the guest while the client read nothing`);
  wire.socket.resume();
  while (fill()) await body.pollable.wait();
  body.finish(undefined);
  const head = (await wire.until('\r\n\r\n')).indexOf('\r\n\r\n') + 4;
  await wire.untilLength(head + total);
  assert.equal(wire.received.length, head + total);
});

test('a body fails for its guest when the client goes away', async t => {
  const body = new OutgoingBody(undefined);
  const wire = await wireTo(t, () => answerWith(body));
  body.write(bytes('begun'));
  await wire.send(request()).until('begun');
  wire.socket.destroy();
  while (body.checkWrite().tag === 'ok') await body.pollable.wait();
  assert.deepEqual(body.checkWrite(), { tag: 'err', val: { tag: 'closed' } });
});

test('a body is cancelled at once when the client was gone before the answer', async t => {
  const gone = Promise.withResolvers<ResponseWriter>();
  const port = await serve(t, (_, response) => {
    const writer = writerOf(response);
    response.on('close', () => gone.resolve(writer));
    wire.socket.destroy();
  });
  const wire = new Wire(t, port).send(request());
  const writer = await gone.promise;
  const body = new OutgoingBody(undefined);
  writer.answer(answerWith(body));
  assert.equal(body.checkWrite().tag, 'err');
});
