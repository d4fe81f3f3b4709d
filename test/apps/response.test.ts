import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testEveryWay } from './matrix.ts';
import { RawConnection } from './raw-connection.ts';
import { serveApp } from './served-app.ts';

for (const status of [200, 201, 299, 301, 404, 418, 503, 599, 600, 999]) {
  testEveryWay(
    `the client gets the status ${status}`,
    async ({ send }) => {
      const response = await send(`/status/${status}`);
      assert.deepEqual([response.status, await response.text()], [status, '']);
    },
    // node sends no higher one there: test/apps/http2.test.ts.
    { notOverHttp2: status > 599 },
  );
}

for (const status of [204, 205, 304]) {
  testEveryWay(`a response with ${status} has no body`, async ({ send, invocations, idle }) => {
    const response = await send(`/status/${status}`);
    assert.deepEqual([response.status, await response.text()], [status, '']);
    await idle();
    assert.equal(invocations[0]?.outcome.kind, 'returned');
  });
}

for (const status of [100, 101, 103, 199]) {
  testEveryWay(
    `the status ${status} is no response: the client gets 500, and the warning says why`,
    async ({ send, warnings, idle }) => {
      const response = await send(`/status/${status}`);
      assert.deepEqual([response.status, await response.text()], [500, '']);
      await idle();
      assert.deepEqual(warnings, [
        `component "probe" on GET /status/${status}: the guest answered with the status ${status}, which ends no request; the client got 500`,
      ]);
    },
  );
}

testEveryWay('repeated headers stay apart and in order', async ({ send }) => {
  const { headers } = await send('/headers-out');
  assert.deepEqual(headers.getSetCookie(), ['a=1; Path=/', 'b=2; Path=/']);
  assert.equal(headers.get('x-multi'), 'first, second');
  assert.equal(headers.get('x-mixed-case'), 'Kept');
});

for (const name of ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'host', 'proxy-connection', 'http2-settings']) {
  testEveryWay(`the guest may not set ${name}`, async ({ send }) => {
    const said = await (await send(`/forbidden?name=${name}`)).text();
    const refused = 'Err(HeaderError::Forbidden)';
    assert.equal(said, `append: ${refused}\nset: ${refused}\nfrom-list: ${refused}\n`);
  });
}

test('a response has the headers of the guest in its order, then date, and none about the connection', async t => {
  const { url } = await serveApp(t);
  const connection = await RawConnection.open(t, url);
  connection.request(['GET /headers-out HTTP/1.1', 'Host: x', 'Connection: keep-alive']);
  const { headers, all, statusLine } = await connection.response();
  assert.equal(statusLine, 'HTTP/1.1 200 OK');
  assert.deepEqual(
    headers.map(([name]) => name.toLowerCase()),
    ['content-type', 'x-single', 'x-multi', 'set-cookie', 'x-multi', 'set-cookie', 'x-mixed-case', 'content-length', 'date'],
  );
  assert.match(all('date')[0] ?? '', /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
});

for (const path of ['/empty', '/status/404', '/no-such-route', '/.well-known/spin/other', '/trap']) {
  test(`an empty body has content-length 0: ${path}`, async t => {
    const { url } = await serveApp(t, { routes: ['"/empty"', '"/status/..."', '"/trap"'] });
    const connection = await RawConnection.open(t, url);
    connection.request([`GET ${path} HTTP/1.1`, 'Host: x']);
    const { headers } = await connection.response();
    const names = headers.map(([name]) => name.toLowerCase());
    assert.deepEqual(names, ['content-length', 'date']);
  });
}

testEveryWay(
  'HEAD gets the head of the response, and the guest may write a body all the same',
  async ({ send, idle, warnings }) => {
    for (const path of [
      '/headers-out',
      '/big?bytes=300000',
      '/content-length?declare=5&write=5',
      '/content-length?declare=5&write=0',
    ]) {
      const response = await send(path, { method: 'HEAD' });
      assert.deepEqual([response.status, await response.text()], [200, ''], path);
      assert.equal(response.headers.get('content-length'), path.includes('declare') ? '5' : null, path);
    }
    await idle();
    assert.deepEqual(warnings, []);
  },
);

test('after a response to HEAD the connection takes the next request', async t => {
  const { url } = await serveApp(t);
  const connection = await RawConnection.open(t, url);
  connection.request(['HEAD /big?bytes=300000 HTTP/1.1', 'Host: x']);
  assert.equal((await connection.response('HEAD')).status, 200);
  connection.request(['GET /count HTTP/1.1', 'Host: x']);
  assert.equal((await connection.response()).body.toString(), '1');
});

testEveryWay('a body that the guest streams arrives whole', async ({ send }) => {
  const bytes = Buffer.from(await (await send('/big?bytes=1000003')).arrayBuffer());
  assert.equal(bytes.byteLength, 1000003);
  assert.ok(bytes.every((byte, index) => byte === index % 251));
});

testEveryWay('the head arrives before the guest writes its first bytes', async ({ send, loaded }) => {
  // The guest would write after an hour.
  const response = await send('/trickle?ms=3600000&n=1');
  assert.deepEqual([response.status, loaded.instances], [200, 1]);
  await response.body?.cancel();
});

test('trailers follow a chunked body', async t => {
  const { url } = await serveApp(t);
  const connection = await RawConnection.open(t, url);
  connection.request(['GET /trailers HTTP/1.1', 'Host: x']);
  const { body, trailers, all } = await connection.response();
  assert.deepEqual([body.toString(), all('trailer')], ['body\n', ['x-checksum, x-multi']]);
  assert.deepEqual(trailers, [
    ['x-checksum', '123'],
    ['x-multi', 'first'],
    ['x-multi', 'second'],
  ]);
});

testEveryWay('a client that cannot have trailers gets the body without them', async ({ send }) => {
  assert.equal(await (await send('/trailers')).text(), 'body\n');
  assert.equal((await send('/trailers', { method: 'HEAD' })).status, 200);
});

// --- content-length ---

testEveryWay('a declared content-length is kept', async ({ send }) => {
  const response = await send('/content-length?declare=300000&write=300000');
  assert.equal(response.headers.get('content-length'), '300000');
  assert.equal((await response.arrayBuffer()).byteLength, 300000);
});

for (const [what, wrote] of [
  ['less', 3],
  ['more', 8],
  ['nothing', 0],
] as const) {
  testEveryWay(
    `a guest that writes ${what} than declared has its response cut, and is told`,
    async ({ send, idle, printed, warnings }) => {
      const response = await send(`/content-length?declare=5&write=${wrote}`);
      assert.equal(response.headers.get('content-length'), '5');
      await assert.rejects(response.text());
      await idle();
      assert.match(printed('stderr'), /probe: finish: ErrorCode::HttpResponseBodySize/);
      assert.match(warnings.join('\n'), /the guest declared content-length 5 and wrote \d bytes; the response was cut off/);
    },
  );
}

test('what was written before a response is cut has reached the client', async t => {
  const { url } = await serveApp(t);
  const connection = await RawConnection.open(t, url);
  connection.request(['GET /content-length?declare=5&write=3 HTTP/1.1', 'Host: x']);
  const { body, whole } = await connection.response();
  assert.deepEqual([...body, whole], [0, 1, 2, false]);
});

testEveryWay('a write past the declared content-length fails in the guest', async ({ send, idle, printed }) => {
  await (await send('/content-length?declare=5&write=8')).text().catch(() => {});
  await idle();
  assert.match(printed('stderr'), /probe: write: StreamError::LastOperationFailed/);
});
