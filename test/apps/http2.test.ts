// HTTP/2 to a guest: what is different from HTTP/1. What is the same is in the tests that run every way (matrix.ts).
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { constants } from 'node:http2';
import { test, type TestContext } from 'node:test';
import { probe3Wasm } from './guests.ts';
import { answerOf, openHttp2 } from './http2-client.ts';
import { RawConnection } from './raw-connection.ts';
import { codeOf, frameTypes, getFrame, preface, RawHttp2, sound } from './raw-http2.ts';
import { serveApp, type ServedApp } from './served-app.ts';

type Pairs = readonly (readonly [string, string])[];

async function served(t: TestContext): Promise<ServedApp> {
  return serveApp(t);
}

test('a port serves HTTP/1 and HTTP/2 side by side', async t => {
  const { url, invocations } = await served(t);
  const session = openHttp2(t, url);
  const [second, first] = await Promise.all([
    answerOf(session.request({ ':path': '/count' })),
    fetch(`${url}/count`).then(response => response.text()),
  ]);
  assert.deepEqual([second.status, second.body.toString(), first], [200, '1', '1']);
  assert.equal(session.alpnProtocol, 'h2c');
  assert.equal(invocations.length, 2);
});

test('a preface that comes byte by byte is one', async t => {
  const { url } = await served(t);
  const connection = await RawHttp2.open(t, url, 'in pieces');
  connection.send(getFrame(1));
  assert.ok(await connection.until(({ type, stream }) => type === frameTypes.headers && stream === 1));
});

for (const [what, start] of [
  ['a method that begins as the preface does', 'PROPFIND /request HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['a preface with another version', 'PRI * HTTP/2.1\r\n\r\nSM\r\n\r\n'],
] as const) {
  test(`${what} is HTTP/1, also when it comes byte by byte`, async t => {
    const { url } = await served(t);
    const connection = await RawConnection.open(t, url);
    for (const byte of Buffer.from(start)) connection.socket.write(Buffer.from([byte]));
    assert.equal((await connection.response()).status, start.startsWith('PRI') ? 400 : 200);
  });
}

test('the preface after a request of HTTP/1 is refused', async t => {
  const { url, invocations } = await served(t);
  const connection = await RawConnection.open(t, url);
  connection.request(['GET /count HTTP/1.1', 'Host: x']);
  assert.equal((await connection.response()).status, 200);
  connection.socket.write(preface);
  assert.equal((await connection.response()).status, 400);
  assert.equal((await connection.closed()).byteLength, 0);
  assert.equal(invocations.length, 1);
});

test('an answer has no headers of the connection', async t => {
  const { url } = await served(t);
  const session = openHttp2(t, url);
  for (const path of ['/count', '/trickle?ms=10&n=2', '/big?bytes=100000', '/no-such', '/headers-out']) {
    const { headers } = await answerOf(session.request({ ':path': path }));
    for (const name of ['connection', 'keep-alive', 'transfer-encoding', 'upgrade'])
      assert.ok(!(name in headers), `${path}: ${name}`);
    assert.ok('date' in headers);
  }
});

test('the guest sees :authority, the target and the headers as over HTTP/1', async t => {
  const { url } = await served(t);
  const { host } = new URL(url);
  const session = openHttp2(t, url);
  const request = session.request({ ':path': '/request/%41?x=%20', 'x-one': ['a', 'b'], te: 'trailers', cookie: 'a=1' });
  const told = JSON.parse((await answerOf(request)).body.toString()) as Record<string, unknown>;
  assert.deepEqual([told['authority'], told['path_with_query'], told['scheme']], [host, '/request/%41?x=%20', 'http']);
  const headers = told['headers'] as Pairs;
  assert.deepEqual(
    headers.filter(([name]) => !name.startsWith('spin-')),
    [
      ['x-one', 'a'],
      ['x-one', 'b'],
      ['te', 'trailers'],
      ['cookie', 'a=1'],
    ],
  );
  assert.deepEqual(headers.find(([name]) => name === 'spin-full-url')?.[1], `http://${host}/request/%41?x=%20`);
});

test('trailers of a guest arrive, repeated ones too', async t => {
  const { url } = await served(t);
  const { body, trailers } = await answerOf(openHttp2(t, url).request({ ':path': '/trailers' }));
  assert.equal(body.toString(), 'body\n');
  assert.deepEqual(trailers, [
    ['x-checksum', '123'],
    ['x-multi', 'first'],
    ['x-multi', 'second'],
  ]);
});

test('trailers of a client reach a guest of WASI 0.3, which gives them back', async t => {
  const { url } = await serveApp(t, { source: probe3Wasm });
  const stream = openHttp2(t, url).request({ ':path': '/pass', ':method': 'POST' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': ['1', '2'] }));
  const done = answerOf(stream);
  stream.end('hello');
  const { body, trailers } = await done;
  assert.deepEqual(
    [body.toString(), trailers],
    [
      'hello',
      [
        ['x-sum', '1'],
        ['x-sum', '2'],
      ],
    ],
  );
});

test('a status above 599, which node does not send, arrives as 599', async t => {
  const { url } = await served(t);
  assert.equal((await answerOf(openHttp2(t, url).request({ ':path': '/status/999' }))).status, 599);
});

// --- what ends a stream, and only that ---

const dropped: Readonly<Record<string, Pairs>> = {
  'no authority': sound.filter(([name]) => name !== ':authority'),
  'an authority that is none': sound.map(([name, value]) => [name, name === ':authority' ? 'a b' : value]),
  'a Host other than its authority': [...sound, ['host', 'y']],
  'two Hosts': [...sound, ['host', 'x'], ['host', 'x']],
  'the Host of a chained component and no authority': [
    ...sound.filter(([name]) => name !== ':authority'),
    ['host', 'probe.spin.internal'],
  ],
  'a path with bytes that must be encoded': sound.map(([name, value]) => [name, name === ':path' ? '/count\xe9' : value]),
  CONNECT: [
    [':method', 'CONNECT'],
    [':authority', 'x:80'],
  ],
};
for (const [what, pairs] of Object.entries(dropped)) {
  test(`a request with ${what} has its stream reset, reaches no guest, and its connection goes on`, async t => {
    const { url, invocations } = await served(t);
    const connection = await RawHttp2.open(t, url);
    connection.send(getFrame(1, pairs), getFrame(3));
    const reset = await connection.until(({ type, stream }) => type === frameTypes.reset && stream === 1);
    assert.equal(reset && codeOf(reset), constants.NGHTTP2_PROTOCOL_ERROR);
    assert.ok(await connection.until(({ type, stream }) => type === frameTypes.headers && stream === 3));
    assert.equal(invocations.length, 1);
  });
}

test('a guest that traps before its answer gives 500, one that traps after has its stream reset behind what it wrote', async t => {
  const { url } = await served(t);
  const session = openHttp2(t, url);
  const before = await answerOf(session.request({ ':path': '/trap' }));
  assert.deepEqual([before.status, before.reset], [500, 0]);
  const after = await answerOf(session.request({ ':path': '/trap-after' }));
  assert.deepEqual([after.status, after.body.toString(), after.reset], [200, 'partial', constants.NGHTTP2_INTERNAL_ERROR]);
  assert.equal((await answerOf(session.request({ ':path': '/count' }))).status, 200);
});

test('a guest that writes less than it declared has its stream reset', async t => {
  const { url } = await served(t);
  const { body, reset } = await answerOf(openHttp2(t, url).request({ ':path': '/content-length?declare=5&write=3' }));
  assert.deepEqual([body.byteLength, reset], [3, constants.NGHTTP2_INTERNAL_ERROR]);
});

test('a guest whose client resets the stream learns it at its next write', async t => {
  const { url, idle, invocations } = await served(t);
  const session = openHttp2(t, url);
  const stream = session.request({ ':path': '/trickle?ms=60000&n=3000' });
  stream.on('error', () => {});
  await once(stream, 'response');
  stream.close(constants.NGHTTP2_CANCEL);
  await idle();
  assert.equal(invocations.length, 1);
});

// --- bodies ---

test('a client that asks before it sends its body is told to go on when the guest reads', async t => {
  const { url } = await served(t);
  const session = openHttp2(t, url);
  const upload = session.request({ ':path': '/upload', ':method': 'POST', expect: '100-continue' });
  const done = answerOf(upload);
  await once(upload, 'continue');
  upload.end('hello');
  assert.equal((await done).body.toString(), '5');
  const refused = session.request({ ':path': '/status/413', ':method': 'POST', expect: '100-continue' });
  refused.on('continue', () => assert.fail('nobody reads that body'));
  refused.on('response', () => refused.end());
  assert.equal((await answerOf(refused)).status, 413);
});

test('a body that the guest never reads is taken and dropped, and its client gets the answer', async t => {
  const { url } = await served(t);
  const session = openHttp2(t, url);
  const upload = session.request({ ':path': '/count', ':method': 'POST' });
  const done = answerOf(upload);
  upload.end(Buffer.alloc(2_000_000));
  assert.equal((await done).body.toString(), '1');
  assert.equal((await answerOf(session.request({ ':path': '/count' }))).status, 200);
});

test('many streams of one connection carry bodies both ways at once', async t => {
  const { url } = await served(t);
  const session = openHttp2(t, url);
  const bytes = Buffer.alloc(300_000, 'x');
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => {
      const stream = session.request({ ':path': '/echo', ':method': 'POST' });
      const done = answerOf(stream);
      stream.end(bytes);
      return done;
    }),
  );
  assert.ok(answers.every(({ body, reset }) => reset === 0 && body.equals(bytes)));
});

// --- the end of the server ---

test('a server that closes lets the streams in flight finish and takes no new ones', async t => {
  const { loaded, url } = await served(t);
  const session = openHttp2(t, url);
  const stream = session.request({ ':path': '/trickle?ms=600&n=3' });
  const done = answerOf(stream);
  await once(stream, 'response');
  const going = once(session, 'goaway');
  const closed = loaded.close({ drainMs: 20_000 });
  await going;
  const { body, reset } = await done;
  assert.deepEqual([body.toString(), reset], ['chunk 1\nchunk 2\nchunk 3\n', 0]);
  await closed;
});

test('a server that closes cuts what takes too long, also a connection that said nothing yet', async t => {
  const { loaded, url } = await served(t);
  const silent = await RawConnection.open(t, url);
  const stream = openHttp2(t, url).request({ ':path': '/trickle?ms=60000&n=3000' });
  const done = answerOf(stream);
  await once(stream, 'response');
  await loaded.close({ drainMs: 50 });
  assert.equal((await silent.closed()).byteLength, 0);
  await done;
});
