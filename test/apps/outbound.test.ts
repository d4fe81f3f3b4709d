// Outbound HTTP as guests see it: the proxy guests (WASI 0.2 and 0.3) and real servers.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer, type AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { httpServer, httpsServer, listening, tcpServer } from '../host/outbound-http/servers.ts';
import { openRequest, responseTo } from './client.ts';
import { proxy3Wasm, proxyWasm } from './guests.ts';
import { testEveryWay, type Reached } from './matrix.ts';
import { serveApp } from './served-app.ts';

const anywhere = ['allowed_outbound_hosts = ["*://*:*"]'];
const app = { source: proxyWasm, component: 'proxy', lines: anywhere };
const app3 = { source: proxy3Wasm, component: 'proxy3', lines: anywhere };

const asked = async ({ send }: Reached, how: string, url: string, more = ''): Promise<string> => {
  const response = await send(`/${how}?${more}url=${encodeURIComponent(url)}`);
  return `${response.status} ${await response.text()}`;
};

async function closedPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

const servers: RequestListener = (request, reply) => {
  switch (request.url) {
    case '/redirect':
      return void reply.writeHead(302, { location: '/hello' }).end('moved');
    case '/dies':
      return void request.socket.destroy();
    case '/half':
      reply.write('half');
      return void setTimeout(() => request.socket.destroy(), 20);
    case '/silent':
      return;
    case '/stops':
      return void reply.write('some');
    default:
      return void reply.end(`hello, ${request.method} ${request.url}`);
  }
};

testEveryWay(
  'a guest gets the response, or the right error',
  async (reached, t) => {
    const port = await httpServer(t, servers);
    const tlsPort = await httpsServer(t, servers);
    const mute = await tcpServer(t, () => {});
    const url = `http://127.0.0.1:${port}`;
    const cases: readonly (readonly [string, string, string?])[] = [
      [`${url}/hello`, '200 200 hello, GET /hello'],
      [`${url}/redirect`, '200 302 moved'],
      [`http://127.0.0.1:${await closedPort()}/`, '502 ErrorCode::ConnectionRefused'],
      [
        'http://no-such-host.invalid/',
        '502 ErrorCode::DnsError(DnsErrorPayload { rcode: Some("address not available"), info-code: Some(0) })',
      ],
      [`https://localhost:${tlsPort}/`, '502 ErrorCode::TlsProtocolError'],
      [`https://127.0.0.1:${mute}/`, '502 ErrorCode::ConnectionTimeout', 'connect=50&'],
      [`${url}/silent`, '502 ErrorCode::ConnectionReadTimeout', 'first-byte=50&'],
      [`${url}/stops`, '502 after 4 bytes: Some(ErrorCode::ConnectionReadTimeout)', 'between-bytes=50&'],
      [`${url}/dies`, '502 ErrorCode::HttpProtocolError'],
      [`${url}/half`, '502 after 4 bytes: Some(ErrorCode::HttpProtocolError)'],
    ];
    for (const [to, answer, more] of cases) assert.equal(await asked(reached, 'get', to, more), answer, to);
  },
  { app },
);

testEveryWay(
  'a host that is not allowed is denied, and the user is told once for each',
  async reached => {
    assert.equal(await asked(reached, 'get', 'http://127.0.0.1:9/'), '502 ErrorCode::HttpRequestDenied');
    await reached.idle();
    assert.deepEqual(reached.warnings, [
      'component "proxy" tried to make an outbound HTTP request to http://127.0.0.1:9, which is not allowed: ' +
        'to allow it, add "http://127.0.0.1:9" to the component\'s allowed_outbound_hosts',
    ]);
  },
  { app: { ...app, lines: ['allowed_outbound_hosts = ["https://example.com"]'] } },
);

testEveryWay(
  'fermyon:spin/http follows redirects and says its own errors',
  async (reached, t) => {
    const port = await httpServer(t, servers);
    assert.equal(await asked(reached, 'v1', `http://127.0.0.1:${port}/redirect`), '200 200 hello, GET /hello');
    assert.equal(await asked(reached, 'v1', `http://127.0.0.1:${port}/x`, 'body=text&'), '200 200 hello, POST /x');
    assert.equal(await asked(reached, 'v1', 'nonsense'), '502 HttpError { code: 2, name: "invalid-url", message: "" }');
    assert.equal(
      await asked(reached, 'v1', `http://127.0.0.1:${await closedPort()}/`),
      '502 HttpError { code: 3, name: "request-error", message: "" }',
    );
  },
  { app },
);

testEveryWay(
  'WASI 0.3: a guest gets the response, or the right error',
  async (reached, t) => {
    const port = await httpServer(t, servers);
    const url = `http://127.0.0.1:${port}`;
    const get = async (to: string): Promise<string> => {
      const response = await reached.send(`/get?url=${to}`);
      return `${response.status} ${await response.text()}`;
    };
    assert.equal(await get(`${url}/hello`), '200 200 hello, GET /hello');
    assert.equal(await get(`${url}/redirect`), '200 302 moved');
    assert.equal(await get(`http://127.0.0.1:${await closedPort()}/`), '502 ErrorCode::ConnectionRefused');
    assert.equal(await get(`${url}/half`), '502 ErrorCode::HttpProtocolError');
  },
  { app: app3 },
);

const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'a=1' };

for (const [generation, text, ways] of [
  ['0.2', app, ['get', 'v1']],
  ['0.3', app3, ['get']],
] as const) {
  testEveryWay(
    `the trace of a request goes on in what WASI ${generation} asks for, and a request without one has none`,
    async ({ send }, t) => {
      const port = await httpServer(t, ({ headers }, reply) =>
        reply.end(`${String(headers['traceparent'])} ${String(headers['tracestate'])}`),
      );
      for (const way of ways) {
        const path = `/${way}?url=http://127.0.0.1:${port}/`;
        const traced = await (await send(path, { headers: trace })).text();
        assert.equal(traced, `200 ${trace.traceparent} ${trace.tracestate}`);
        assert.equal(await (await send(path)).text(), '200 undefined undefined');
      }
    },
    { app: text },
  );
}

test('HTTP/2 without TLS is spoken where SPIN_OUTBOUND_H2C_PRIOR_KNOWLEDGE says so', async t => {
  const port = await listening(
    t,
    createHttp2Server((request, reply) => reply.end(request.httpVersion)),
  );
  for (const workers of [0, 1]) {
    const environment = { SPIN_OUTBOUND_H2C_PRIOR_KNOWLEDGE: `127.0.0.1:${port}` };
    const { url } = await serveApp(t, app, { environment, workers });
    assert.equal(await (await fetch(`${url}/get?url=http://127.0.0.1:${port}/`)).text(), '200 2.0');
  }
});

const echo: RequestListener = (request, reply) => void request.pipe(reply);

for (const [generation, text] of [
  ['0.2', app],
  ['0.3', app3],
] as const) {
  testEveryWay(
    `a proxy of WASI ${generation} passes both bodies through unchanged`,
    async ({ send }, t) => {
      const port = await httpServer(t, echo);
      const bytes = Buffer.from(Uint8Array.from({ length: 1_000_003 }, (_, index) => index % 253));
      const response = await send(`/proxy?url=http://127.0.0.1:${port}/`, { method: 'POST', body: bytes });
      assert.equal(response.status, 200);
      assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytes);
    },
    { app: text },
  );

  test(`a proxy of WASI ${generation} passes on what came before all has come`, async t => {
    const port = await httpServer(t, echo);
    const { url } = await serveApp(t, text);
    const request = openRequest(t, `${url}/proxy?url=http://127.0.0.1:${port}/`);
    request.write('ping');
    const response = await responseTo(request);
    const [first] = (await once(response, 'data')) as [Buffer];
    assert.equal(first.toString(), 'ping');
    request.end('pong');
    const [second] = (await once(response, 'data')) as [Buffer];
    assert.equal(second.toString(), 'pong');
  });

  test(`a slow client of a proxy of WASI ${generation} slows the server behind it`, async t => {
    const { port, written } = await endlessServer(t);
    const { url } = await serveApp(t, text);
    const request = openRequest(t, `${url}/proxy?url=http://127.0.0.1:${port}/`, 'GET').end();
    const response = await responseTo(request);
    response.pause();
    const before = await written.untilStuck();
    assert.ok(before < 64 * 1024 * 1024, `${before} bytes went ahead of a client that does not read`);
    response.resume();
    await written.beyond(before + 16 * 1024 * 1024);
    response.destroy();
    await written.closed;
  });

  test(`a server that dies cuts the response of a proxy of WASI ${generation} off`, async t => {
    const port = await httpServer(t, servers);
    const { url } = await serveApp(t, text);
    const response = await fetch(`${url}/proxy?url=http://127.0.0.1:${port}/half`);
    assert.equal(response.status, 200);
    await assert.rejects(response.text());
  });
}

interface Written {
  /** Bytes, when no more were taken for a while. */
  readonly untilStuck: () => Promise<number>;
  readonly beyond: (bytes: number) => Promise<void>;
  /** The client is gone. */
  readonly closed: Promise<void>;
}

/** Writes as much as is taken. */
async function endlessServer(t: TestContext): Promise<{ readonly port: number; readonly written: Written }> {
  const sent = { bytes: 0 };
  const closed = Promise.withResolvers<void>();
  const port = await httpServer(t, (request, reply) => {
    request.socket.on('close', () => closed.resolve());
    const piece = Buffer.alloc(64 * 1024);
    const push = (): void => {
      for (let more = true; more && !reply.destroyed; sent.bytes += piece.byteLength) more = reply.write(piece);
      reply.once('drain', push);
    };
    push();
  });
  const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
  return {
    port,
    written: {
      untilStuck: async () => {
        for (let before = -1; before !== sent.bytes; await pause(300)) before = sent.bytes;
        return sent.bytes;
      },
      beyond: async enough => {
        while (sent.bytes < enough) await pause(10);
      },
      closed: closed.promise,
    },
  };
}

test('a request that the guest does not wait for ends with the guest', async t => {
  const gone = Promise.withResolvers<void>();
  const port = await httpServer(t, request => void request.socket.on('close', () => gone.resolve()));
  const { url } = await serveApp(t, app);
  assert.equal(
    await (await fetch(`${url}/slow?wait=1&first-byte=100&url=http://127.0.0.1:${port}/`)).text(),
    'ErrorCode::ConnectionReadTimeout',
  );
  await gone.promise;
});
