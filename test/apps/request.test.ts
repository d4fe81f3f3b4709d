import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { testEveryWay } from './matrix.ts';
import { ConnectionDropped, RawConnection, type HeaderPair } from './raw-connection.ts';
import { serveApp } from './served-app.ts';

/** What the probe's route /request answers. */
interface Described {
  readonly method: string;
  readonly path_with_query: string;
  readonly scheme: string;
  readonly authority: string;
  readonly headers: readonly HeaderPair[];
}

const describedIn = (text: string): Described => JSON.parse(text) as Described;
const spinHeaders = ({ headers }: Described): readonly HeaderPair[] => headers.filter(([name]) => name.startsWith('spin-'));

/** Sends lines by hand over a connection to a new probe app; `HOST` stands for the app's address. */
async function describeRaw(t: TestContext, lines: readonly string[]): Promise<{ described: Described; host: string }> {
  const { url } = await serveApp(t);
  const { host } = new URL(url);
  const connection = await RawConnection.open(t, url);
  connection.request(lines.map(line => line.replace('HOST', host)));
  const { status, body } = await connection.response();
  assert.equal(status, 200, body.toString());
  return { described: describedIn(body.toString()), host };
}

// --- method, target, authority, scheme ---

for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND', 'QUERY']) {
  testEveryWay(`the guest sees the method ${method}`, async ({ send }) => {
    assert.equal(describedIn(await (await send('/request', { method })).text()).method, method);
  });
}

for (const method of ['TRACE', 'M-SEARCH', 'MKCALENDAR', 'PURGE']) {
  test(`the guest sees the method ${method}, which fetch may not send`, async t => {
    const { described } = await describeRaw(t, [`${method} /request HTTP/1.1`, 'Host: HOST']);
    assert.equal(described.method, method);
  });
}

testEveryWay('the guest sees path and query as sent, neither decoded nor normalised', async ({ send }) => {
  const target = '/request/%41%2f%20//x;y=1/é?a=%20b&a=+&=&empty';
  const described = describedIn(await (await send(target)).text());
  // What the URL itself encodes is encoded before it is sent.
  assert.equal(described.path_with_query, target.replace('é', '%C3%A9'));
});

test('path and query reach the guest raw, also what a URL object would change', async t => {
  const target = '/request/./a/../b/%zz//?q=[]{}|^`#x'.replace('#x', '');
  const { described } = await describeRaw(t, [`GET ${target} HTTP/1.1`, 'Host: HOST']);
  assert.equal(described.path_with_query, target);
});

testEveryWay('the guest sees authority and scheme', async ({ send, authority }) => {
  const described = describedIn(await (await send('/request')).text());
  assert.deepEqual([described.authority, described.scheme], [authority, 'http']);
});

test('an absolute-form target gives path and authority', async t => {
  const { described, host } = await describeRaw(t, ['GET http://HOST/request?x=1 HTTP/1.1', 'Host: HOST']);
  assert.deepEqual([described.path_with_query, described.authority], ['/request?x=1', host]);
});

test('an absolute-form target gives the authority when there is no Host', async t => {
  const { described } = await describeRaw(t, ['GET http://example.com:81/request HTTP/1.0']);
  assert.equal(described.authority, 'example.com:81');
});

const addressless: Readonly<Record<string, readonly string[]>> = {
  'no Host': ['GET /count HTTP/1.1'],
  'no Host in HTTP/1.0': ['GET /count HTTP/1.0'],
  'two Hosts': ['GET /count HTTP/1.1', 'Host: a', 'Host: b'],
  'the same Host twice': ['GET /count HTTP/1.1', 'Host: a', 'Host: a'],
  'a Host that is none': ['GET /count HTTP/1.1', 'Host: a b'],
  'an empty Host': ['GET /count HTTP/1.1', 'Host:'],
  'a Host other than the target': ['GET http://a/count HTTP/1.1', 'Host: b'],
  'the Host of a chained component': ['GET /count HTTP/1.1', 'Host: probe.spin.internal'],
};
for (const [what, lines] of Object.entries(addressless)) {
  test(`a request with ${what} has its connection dropped without an answer`, async t => {
    const { url, invocations } = await serveApp(t);
    const connection = await RawConnection.open(t, url);
    connection.request(lines);
    await assert.rejects(connection.response(), ConnectionDropped);
    assert.equal(invocations.length, 0);
  });
}

// --- headers ---

test('the guest sees headers in the order sent, repeated ones too, with names in lower case', async t => {
  const sent = ['X-B: 1', 'Cookie: a=1', 'X-A: 2', 'x-b: 3', 'Cookie: b=2', 'Content-Type: text/plain', 'Age: 1', 'Age: 2'];
  const { described } = await describeRaw(t, ['GET /request HTTP/1.1', 'Host: HOST', ...sent]);
  const seen = described.headers.filter(([name]) => !name.startsWith('spin-')).map(([name, value]) => `${name}: ${value}`);
  assert.deepEqual(
    seen,
    sent.map(line => line.replace(/^[^:]*/, name => name.toLowerCase())),
  );
});

test('headers of the connection do not reach the guest', async t => {
  const { described } = await describeRaw(t, [
    'GET /request HTTP/1.1',
    'Host: HOST',
    'Connection: keep-alive, Upgrade, HTTP2-Settings',
    'Keep-Alive: timeout=5',
    'Proxy-Connection: keep-alive',
    'Proxy-Authenticate: Basic',
    'Proxy-Authorization: Basic eDp5',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAAQAAP__',
    'X-Kept: yes',
  ]);
  assert.deepEqual(
    described.headers.filter(([name]) => !name.startsWith('spin-')),
    [['x-kept', 'yes']],
  );
});

test('a chunked request does not show the guest its transfer-encoding', async t => {
  const { url } = await serveApp(t);
  const connection = await RawConnection.open(t, url);
  connection.request(['POST /request HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked'], '5\r\nhello\r\n0\r\n\r\n');
  const { headers } = describedIn((await connection.response()).body.toString());
  assert.ok(!headers.some(([name]) => name === 'transfer-encoding'));
});

test('spin-* headers that the client sent stay, before those of the host', async t => {
  const { described } = await describeRaw(t, ['GET /request HTTP/1.1', 'Host: HOST', 'Spin-Path-Info: /forged', 'spin-x: 1']);
  assert.deepEqual(spinHeaders(described).slice(0, 3), [
    ['spin-path-info', '/forged'],
    ['spin-x', '1'],
    ['spin-path-info', '/request'],
  ]);
});

test('a header value that is not UTF-8 is answered with 500, as Spin does', async t => {
  const { url, warnings } = await serveApp(t);
  const connection = await RawConnection.open(t, url);
  connection.request(['GET /request HTTP/1.1', 'Host: x', 'X-Bytes: caf\xe9']);
  const { status, body } = await connection.response();
  assert.deepEqual([status, body.toString()], [500, '']);
  assert.deepEqual(warnings, ['GET /request: the header x-bytes is not UTF-8; the client got 500']);
});

test('a header value in UTF-8 reaches the guest byte for byte', async t => {
  const { described } = await describeRaw(t, ['GET /request HTTP/1.1', 'Host: HOST', 'X-Text: caf\xc3\xa9']);
  assert.deepEqual(described.headers[0], ['x-text', 'café']);
});

// --- routes ---

interface RouteCase {
  readonly route: string;
  readonly target: string;
  /** `spin-path-info`, `-matched-route`, `-raw-component-route`, `-component-route`. */
  readonly headers: readonly [string, string, string, string];
  readonly params?: readonly HeaderPair[];
}

const routeCases: readonly RouteCase[] = [
  { route: '/...', target: '/request?q=/x', headers: ['/request', '/...', '/...', ''] },
  { route: '/request', target: '/request', headers: ['', '/request', '/request', '/request'] },
  { route: '/request', target: '/request/', headers: ['', '/request', '/request', '/request'] },
  { route: '/request/', target: '/request', headers: ['', '/request', '/request/', '/request/'] },
  { route: 'request/...', target: '/request', headers: ['', '/request/...', 'request/...', 'request'] },
  { route: '/request/...', target: '/request/', headers: ['/', '/request/...', '/request/...', '/request'] },
  { route: '/request/...', target: '/request/a/b/', headers: ['/a/b/', '/request/...', '/request/...', '/request'] },
  { route: '/request/...', target: '/request/%2e%2F', headers: ['/%2e%2F', '/request/...', '/request/...', '/request'] },
  {
    route: '/request/:User_Id/x/...',
    target: '/request/J%C3%B6rg/x/y?z',
    headers: ['/y', '/request/:User_Id/x/...', '/request/:User_Id/x/...', '/request/:User_Id/x'],
    params: [['spin-path-match-user-id', 'J%C3%B6rg']],
  },
  {
    route: '/request/:file.:ext',
    target: '/request/photo.tar.gz',
    headers: ['', '/request/:file.:ext', '/request/:file.:ext', '/request/:file.:ext'],
    params: [
      ['spin-path-match-file', 'photo'],
      ['spin-path-match-ext', 'tar.gz'],
    ],
  },
];

for (const { route, target, headers, params = [] } of routeCases) {
  testEveryWay(
    `the route ${route} tells the guest of ${target} how it was routed`,
    async ({ send, authority }) => {
      const described = describedIn(await (await send(target)).text());
      const seen = spinHeaders(described);
      const address = seen.find(([name]) => name === 'spin-client-addr')?.[1] ?? '';
      const [info, matched, raw, component] = headers;
      assert.deepEqual(seen, [
        ['spin-path-info', info],
        ['spin-full-url', `http://${authority}${target}`],
        ['spin-matched-route', matched],
        ['spin-base-path', '/'],
        ['spin-raw-component-route', raw],
        ['spin-component-route', component],
        ['spin-client-addr', address],
        ...params,
      ]);
      assert.match(address, authority.startsWith('127.') ? /^127\.0\.0\.1:\d+$/ : /^0\.0\.0\.0:0$/);
    },
    { app: { routes: [JSON.stringify(route)] } },
  );
}

testEveryWay(
  'a path that no route takes is answered with 404 and nothing else',
  async ({ send, invocations }) => {
    for (const path of ['/', '/requests', '/request/x', '/.well-known/spin']) {
      const response = await send(path);
      assert.deepEqual([response.status, await response.text(), response.headers.get('content-type')], [404, '', null], path);
    }
    assert.equal(invocations.length, 0);
  },
  { app: { routes: ['"/request"'] } },
);

testEveryWay(
  'a component with a private route cannot be reached',
  async ({ send, invocations }) => {
    for (const path of ['/', '/probe', '/count']) assert.equal((await send(path)).status, 404, path);
    assert.equal(invocations.length, 0);
  },
  { app: { routes: ['{ private = true }'] } },
);

// --- well-known paths ---

testEveryWay('the host itself answers below /.well-known/spin/, whatever the method', async ({ send, invocations }) => {
  for (const method of ['GET', 'POST', 'DELETE']) {
    const health = await send('/.well-known/spin/health?x', { method });
    assert.deepEqual([health.status, await health.text(), health.headers.get('content-type')], [200, 'OK', null]);
  }
  const info = await send('/.well-known/spin/info');
  assert.equal(info.headers.get('content-type'), 'application/json');
  assert.deepEqual(await info.json(), { name: 'probe-app', version: '1.2.3', oci_image_digest: null });
  const other = await send('/.well-known/spin/other');
  assert.deepEqual([other.status, await other.text()], [404, '']);
  assert.equal(invocations.length, 0);
});

testEveryWay('a guest with a wildcard route gets /.well-known/spin itself', async ({ send, idle, invocations }) => {
  assert.equal((await send('/.well-known/spin')).status, 404);
  await idle();
  assert.equal(invocations.length, 1);
});
