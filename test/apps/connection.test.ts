// Connections: kept, pipelined, of old clients, asking before they send, and broken.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { ConnectionDropped, RawConnection } from './raw-connection.ts';
import { serveApp, type ServedApp } from './served-app.ts';

async function connected(t: TestContext): Promise<{ app: ServedApp; connection: RawConnection }> {
  const app = await serveApp(t);
  return { app, connection: await RawConnection.open(t, app.url) };
}

test('one connection carries many requests, each in an instance of its own', async t => {
  const { app, connection } = await connected(t);
  for (let round = 0; round < 200; round++) {
    connection.request(['GET /count HTTP/1.1', 'Host: x']);
    assert.equal((await connection.response()).body.toString(), '1');
  }
  assert.equal(app.invocations.length, 200);
});

test('pipelined requests are answered in their order', async t => {
  const { connection } = await connected(t);
  const targets = ['/sleep?ms=60', '/big?bytes=200000', '/trap', '/trickle?ms=20&n=2', '/no-such', '/count'];
  connection.request(targets.flatMap((target, index) => [...(index > 0 ? [''] : []), `GET ${target} HTTP/1.1`, 'Host: x']));
  const seen: string[] = [];
  for (const target of targets) {
    const { status, body } = await connection.response();
    seen.push(`${target} ${status} ${body.byteLength}`);
  }
  assert.deepEqual(seen, [
    '/sleep?ms=60 200 12',
    '/big?bytes=200000 200 200000',
    '/trap 500 0',
    '/trickle?ms=20&n=2 200 16',
    '/no-such 404 29',
    '/count 200 1',
  ]);
});

test('a body that the guest never reads does not stop the next request on its connection', async t => {
  const { connection } = await connected(t);
  const body = Buffer.alloc(2_000_000, 1);
  connection.request(['POST /count HTTP/1.1', 'Host: x', `Content-Length: ${body.byteLength}`], body);
  assert.equal((await connection.response()).body.toString(), '1');
  connection.request(['GET /count HTTP/1.1', 'Host: x']);
  assert.equal((await connection.response()).body.toString(), '1');
});

test('a client that asks before it sends its body is told to go on when the guest reads', async t => {
  const { connection } = await connected(t);
  connection.request(['POST /upload HTTP/1.1', 'Host: x', 'Content-Length: 5', 'Expect: 100-continue']);
  assert.equal((await connection.head()).statusLine, 'HTTP/1.1 100 Continue');
  connection.socket.write('hello');
  assert.equal((await connection.response()).body.toString(), '5');
});

test('a client that asks before it sends its body is not told to go on when the guest does not read', async t => {
  const { connection } = await connected(t);
  connection.request(['POST /status/413 HTTP/1.1', 'Host: x', 'Content-Length: 5', 'Expect: 100-continue']);
  assert.equal((await connection.response()).status, 413);
});

test('an HTTP/1.0 client gets the body up to the end of the connection', async t => {
  const { connection } = await connected(t);
  connection.request(['GET /trickle?ms=20&n=2 HTTP/1.0', 'Host: x']);
  const { all, body } = await connection.response();
  assert.deepEqual([all('transfer-encoding'), body.toString()], [[], 'chunk 1\nchunk 2\n']);
});

test('an HTTP/1.0 client gets no trailers', async t => {
  const { connection } = await connected(t);
  connection.request(['GET /trailers HTTP/1.0', 'Host: x']);
  const { all, body } = await connection.response();
  assert.deepEqual([all('trailer'), body.toString()], [[], 'body\n']);
});

test('an HTTP/1.0 client that asks for it keeps its connection', async t => {
  const { connection } = await connected(t);
  for (let round = 0; round < 2; round++) {
    connection.request(['GET /count HTTP/1.0', 'Host: x', 'Connection: keep-alive']);
    const { all, body } = await connection.response();
    assert.deepEqual([all('content-length'), body.toString()], [['1'], '1']);
  }
});

test('Connection: close is honoured', async t => {
  const { connection } = await connected(t);
  connection.request(['GET /count HTTP/1.1', 'Host: x', 'Connection: close']);
  assert.equal((await connection.response()).body.toString(), '1');
  assert.equal((await connection.closed()).byteLength, 0);
});

test('a request that asks to upgrade is answered as it is', async t => {
  const { connection } = await connected(t);
  connection.request([
    'GET /count HTTP/1.1',
    'Host: x',
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABk',
  ]);
  assert.equal((await connection.response()).body.toString(), '1');
});

const broken: Readonly<Record<string, readonly string[]>> = {
  'no HTTP': ['BAD'],
  'a method that no standard has': ['FROBNICATE /count HTTP/1.1', 'Host: x'],
  'both a length and chunks': [
    'POST /upload HTTP/1.1',
    'Host: x',
    'Content-Length: 5',
    'Transfer-Encoding: chunked',
    '',
    '0',
    '',
  ],
  'a header without a name': ['GET /count HTTP/1.1', 'Host: x', ': x'],
  'a target with bytes that must be encoded': ['GET /count\xe9 HTTP/1.1', 'Host: x'],
};
for (const [what, lines] of Object.entries(broken)) {
  test(`a request with ${what} is refused with 400 and reaches no guest`, async t => {
    const { app, connection } = await connected(t);
    connection.request(lines);
    assert.equal((await connection.response()).status, 400);
    assert.equal(app.invocations.length, 0);
  });
}

test('CONNECT has its connection dropped', async t => {
  const { connection } = await connected(t);
  connection.request(['CONNECT x:80 HTTP/1.1', 'Host: x']);
  await assert.rejects(connection.response(), ConnectionDropped);
});
