import assert from 'node:assert/strict';
import { constants } from 'node:http2';
import { test, type TestContext } from 'node:test';
import { Fields, type Entry } from '../../../src/host/wasi-http/fields.ts';
import { OutgoingBody } from '../../../src/host/wasi-http/outgoing-body.ts';
import type { HttpAnswer } from '../../../src/trigger/http/exchange.ts';
import { HttpServer } from '../../../src/trigger/http/server.ts';
import { answerOf, openHttp2, type Answer2 } from '../../apps/http2-client.ts';

const entry = (name: string, value: string): Entry => [name, Buffer.from(value, 'latin1')];

/** What a client gets that asks a server which gives this answer. */
async function received(t: TestContext, answer: HttpAnswer, method = 'GET'): Promise<Answer2> {
  const server = new HttpServer({ handle: async (_, responder) => responder.answer(answer) });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => server.close(0));
  const stream = openHttp2(t, `http://127.0.0.1:${port}`).request({ ':path': '/', ':method': method });
  return answerOf(stream.end());
}

test('all that was written before a body is aborted reaches the client, then the stream is reset', async t => {
  const body = new OutgoingBody(undefined);
  body.write(Buffer.alloc(10_000, 'x'));
  body.abort('the guest trapped');
  const got = await received(t, { status: 200, headers: [], body });
  assert.deepEqual([got.body.byteLength, got.reset], [10_000, constants.NGHTTP2_INTERNAL_ERROR]);
});

test('headers pass byte for byte, repeated ones too, but for te', async t => {
  const headers = [entry('x-a', '\xe9'), entry('content-type', 'a/b'), entry('content-type', 'c/d'), entry('te', 'gzip')];
  const got = await received(t, { status: 200, headers, body: Buffer.from('hello') });
  assert.deepEqual(
    [got.headers['x-a'], got.headers['te'], got.headers['content-length'], got.body.toString(), got.reset],
    ['\xe9', undefined, '5', 'hello', 0],
  );
});

test('trailers come behind a body that is whole already, but for te', async t => {
  const body = new OutgoingBody(undefined);
  body.write(Buffer.from('hello'));
  const trailers = Fields.fromList([entry('x-sum', '5'), entry('te', 'gzip'), entry('__proto__', 'x')]);
  assert.ok(trailers.tag === 'ok');
  body.finish(trailers.val);
  const got = await received(t, { status: 200, headers: [], body });
  assert.deepEqual(got.trailers, [
    ['x-sum', '5'],
    ['__proto__', 'x'],
  ]);
});

for (const [method, status, length] of [
  ['HEAD', 200, '5'],
  ['GET', 204, undefined],
  ['GET', 205, '0'],
  ['GET', 304, undefined],
] as const) {
  test(`${method} with ${status} has no body`, async t => {
    const headers = length === '5' ? [entry('content-length', '5')] : [];
    const got = await received(t, { status, headers, body: new Uint8Array(0) }, method);
    assert.deepEqual([got.status, got.body.byteLength, got.headers['content-length'], got.reset], [status, 0, length, 0]);
  });
}
