// Guests of WASI 0.3 over every way in: bodies both ways, bad ends, clients that leave.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { once } from 'node:events';
import { openRequest, responseTo } from './client.ts';
import { probe3Wasm } from './guests.ts';
import { testEveryWay, type MatrixOptions } from './matrix.ts';
import { RawConnection } from './raw-connection.ts';
import { serveApp } from './served-app.ts';

const app = { source: probe3Wasm, component: 'probe3' };
const options: MatrixOptions = { app };

testEveryWay(
  'a guest reads the request and answers',
  async ({ send, authority }) => {
    const text = await (await send('/head?a=b', { headers: { 'X-One': '1' } })).text();
    assert.match(text, new RegExp(`^Method::Get Some\\(Scheme::Http\\) Some\\("${authority}"\\) Some\\("/head\\?a=b"\\)\\n`));
    assert.match(text, /\nx-one: 1\n/);
    assert.match(text, /\nspin-path-info: \/head\n/);
    assert.doesNotMatch(text, /\nhost:/);
    const empty = await send('/empty');
    assert.deepEqual([empty.status, await empty.text()], [200, '']);
    assert.equal((await send('/status?418')).status, 418);
  },
  options,
);

for (const route of ['/echo', '/pass']) {
  testEveryWay(
    `a body goes through ${route} unchanged`,
    async ({ send }) => {
      const bytes = Buffer.from(Uint8Array.from({ length: 1_000_003 }, (_, index) => index % 253));
      const response = await send(route, { method: 'POST', body: bytes });
      assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytes);
      assert.equal(await (await send(route, { method: 'POST', body: '' })).text(), '');
    },
    options,
  );

  test(`${route} answers while the request still goes on`, async t => {
    const { url, idle } = await serveApp(t, app);
    const request = openRequest(t, `${url}${route}`);
    request.write('ping');
    const response = await responseTo(request);
    assert.equal(String((await once(response, 'data'))[0]), 'ping');
    // Both may come at once.
    const ended = once(response, 'end');
    request.end('pong');
    assert.equal(String((await once(response, 'data'))[0]), 'pong');
    await ended;
    await idle();
  });
}

testEveryWay(
  'keys come as a stream',
  async ({ send }) => assert.equal(await (await send('/keys')).text(), '["a", "b", "c"]'),
  options,
);

testEveryWay(
  'a guest goes on after its answer',
  async ({ send, idle, printed }) => {
    assert.equal(await (await send('/after')).text(), 'answered');
    await idle();
    assert.equal(printed('stdout'), 'and went on\n');
  },
  options,
);

testEveryWay(
  'what a guest may not answer, and a trap before the head, are 500 and are told',
  async ({ send, idle, warnings }) => {
    for (const [path, told] of [
      ['/error', /the guest answered with the error loop-detected; the client got 500/],
      ['/trap', /trapped on GET \/trap: unreachable/],
    ] as const) {
      const response = await send(path);
      assert.deepEqual([response.status, await response.text()], [500, '']);
      await idle();
      assert.match(warnings.at(-1) ?? '', told);
    }
    assert.equal(await (await send('/hello')).text(), 'hello');
  },
  options,
);

for (const path of ['/trap-after', '/broken-trailers', '/length?10-3', '/length?3-10']) {
  testEveryWay(
    `${path} cuts the response off`,
    async ({ send, idle, warnings }) => {
      await assert.rejects(async () => (await send(path)).text());
      await idle();
      assert.equal(warnings.length, 1, warnings.join('\n'));
    },
    options,
  );
}

test('a guest learns how its response was sent', async t => {
  const { url, idle, printed } = await serveApp(t, app);
  assert.equal(await (await fetch(`${url}/length?5-5`)).text(), 'xxxxx');
  await idle();
  assert.equal(printed('stdout'), 'sent: Ok(())\n');
});

test('trailers go both ways', async t => {
  const { url } = await serveApp(t, app);
  const connection = await RawConnection.open(t, url);
  connection.request(['GET /trailers HTTP/1.1', 'Host: x', 'TE: trailers']);
  const { body, whole, trailers } = await connection.response();
  assert.deepEqual([body.toString(), whole, trailers], ['body', true, [['checksum', '123']]]);
  const request = openRequest(t, `${url}/upload`);
  request.setHeader('trailer', 'sum');
  request.write('abc');
  request.addTrailers({ sum: '6' });
  request.end();
  const response = await responseTo(request);
  assert.match((await response.toArray()).join(''), /^3 bytes, \[\("sum", \[54\]\)\]\n/);
});

test('a guest that writes without end stops when its client leaves', async t => {
  const { url, idle, printed } = await serveApp(t, app);
  const request = openRequest(t, `${url}/endless`, 'GET').end();
  await once(await responseTo(request), 'data');
  request.destroy();
  await idle();
  assert.equal(printed('stdout'), 'the reader has gone: true\n');
});

test('a guest learns that an upload was cut off', async t => {
  const { url, idle, printed } = await serveApp(t, app);
  const request = openRequest(t, `${url}/upload`);
  request.setHeader('content-length', '100');
  request.write('abc');
  await once(request, 'socket');
  await new Promise(resolve => request.write('d', resolve));
  request.destroy();
  while (printed('stdout') === '') {
    await fetch(`${url}/hello`).then(response => response.text());
    await idle();
  }
  assert.match(printed('stdout'), /^\d bytes, ErrorCode::ConnectionTerminated\n/);
});

test('requests at once do not disturb each other', async t => {
  const { url } = await serveApp(t, app);
  const bodies = Array.from({ length: 40 }, (_, index) => `body ${index} `.repeat(2000));
  const echoed = await Promise.all(bodies.map(async body => (await fetch(`${url}/echo`, { method: 'POST', body })).text()));
  assert.deepEqual(echoed, bodies);
});
