// Outbound requests of wasi:http 0.2 against real servers.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:net';
import { test, type TestContext } from 'node:test';
import { httpTypes } from '../../../src/host/wasi-http/declarations.ts';
import { wasiHttpTypes } from '../../../src/host/wasi-http/wasi-http.ts';
import { untilReady } from '../../../src/host/io/wait.ts';
import type { ClientTlsSection } from '../../../src/manifest/runtime-config/client-tls.ts';
import { noOutbound } from '../../../src/manifest/runtime-config/outbound.ts';
import { bootHost } from '../harness.ts';
import {
  answerOf,
  begin,
  bodyOf,
  bootOutbound,
  certificate,
  httpServer,
  httpsServer,
  listening,
  outgoing,
  readAll,
  response,
  send,
  tcpServer,
  tlsFiles,
} from './servers.ts';

const at = { file: 'runtime.toml', line: 1, column: 1, length: 1, text: '' };

test('a request goes out as the guest made it, and its response comes back', async t => {
  const port = await httpServer(t, (request, reply) => {
    reply.writeHead(201, { 'x-seen': `${request.method} ${request.url} ${request.headers['x-mine']} ${request.headers.host}` });
    reply.end('hello');
  });
  const booted = await bootOutbound(t);
  const got = await response(booted, `http://127.0.0.1:${port}/a/ü?b=c`, {
    headers: { 'x-mine': 'yes', expect: '100-continue' },
  });
  assert.equal(got.status, 201);
  const [seen = new Uint8Array()] = got.headers.get('x-seen');
  assert.equal(Buffer.from(seen).toString(), `GET /a/%C3%BC?b=c yes 127.0.0.1:${port}`);
  assert.equal(await readAll(bodyOf(got)), 'hello');
});

test('a request without a body has none on the wire, though the guest took and finished one', async t => {
  const port = await httpServer(t, (request, reply) => reply.end(JSON.stringify(request.headers)));
  const booted = await bootOutbound(t);
  const request = outgoing(`http://127.0.0.1:${port}/`);
  const body = request.body();
  const future = begin(booted, request);
  assert(body.tag === 'ok');
  body.val.finish(undefined);
  const answer = await answerOf(future);
  assert(answer.tag === 'ok');
  assert.deepEqual(JSON.parse(String(await readAll(bodyOf(answer.val)))), {
    host: `127.0.0.1:${port}`,
    connection: 'keep-alive',
  });
});

test('both bodies stream at once, each as fast as it is read', async t => {
  const port = await httpServer(t, (request, reply) => request.pipe(reply));
  const booted = await bootOutbound(t);
  const request = outgoing(`http://127.0.0.1:${port}/`, { method: 'POST' });
  const taken = request.body();
  assert(taken.tag === 'ok');
  const future = begin(booted, request);
  const body = taken.val;
  body.write(Buffer.from('first'));
  const answer = await answerOf(future);
  assert(answer.tag === 'ok');
  const received = bodyOf(answer.val);
  await untilReady(received.pollable);
  assert.deepEqual(received.read(100), { tag: 'ok', val: Buffer.from('first') });
  body.write(Buffer.from('second'));
  body.finish(undefined);
  assert.equal(await readAll(received), 'second');
});

test('a guest that does not read holds the server up', async t => {
  const written = Promise.withResolvers<number>();
  const port = await httpServer(t, (_, reply) => {
    let bytes = 0;
    const piece = Buffer.alloc(64 * 1024);
    const push = (): void => {
      while (bytes < 64 * 1024 * 1024) {
        bytes += piece.byteLength;
        if (reply.write(piece)) continue;
        // Nothing drains: nobody reads.
        const stuck = setTimeout(() => written.resolve(bytes), 300);
        reply.once('drain', () => {
          clearTimeout(stuck);
          push();
        });
        return;
      }
      reply.end();
      written.resolve(bytes);
    };
    push();
  });
  const booted = await bootOutbound(t);
  const got = await response(booted, `http://127.0.0.1:${port}/`);
  const body = bodyOf(got);
  await untilReady(body.pollable);
  assert((await written.promise) < 32 * 1024 * 1024);
  const text = await readAll(body);
  assert(typeof text === 'string');
  assert.equal(text.length, 64 * 1024 * 1024);
});

test('a server that does not read holds the guest up', async t => {
  const port = await httpServer(t, request => void request.pause());
  const booted = await bootOutbound(t);
  const request = outgoing(`http://127.0.0.1:${port}/`, { method: 'POST' });
  const taken = request.body();
  assert(taken.tag === 'ok');
  begin(booted, request);
  const body = taken.val;
  let bytes = 0;
  for (let idle = 0; idle < 20;) {
    const permit = body.checkWrite();
    assert(permit.tag === 'ok');
    if (permit.val === 0) {
      idle += 1;
      await new Promise(resolve => setTimeout(resolve, 10));
      continue;
    }
    idle = 0;
    body.write(Buffer.alloc(permit.val));
    bytes += permit.val;
    assert(bytes < 32 * 1024 * 1024, 'the whole body went into memory');
  }
});

test('trailers of a response arrive', async t => {
  const port = await httpServer(t, (_, reply) => {
    reply.writeHead(200, { trailer: 'x-sum' });
    reply.write('body');
    reply.addTrailers({ 'X-Sum': '42' });
    reply.end();
  });
  const body = bodyOf(await response(await bootOutbound(t), `http://127.0.0.1:${port}/`));
  assert.equal(await readAll(body), 'body');
  const trailers = body.finish().get();
  assert(trailers?.tag === 'ok' && trailers.val.tag === 'ok');
  assert.deepEqual(
    trailers.val.val?.entries.map(([name, value]) => [name, Buffer.from(value).toString()]),
    [['x-sum', '42']],
  );
});

test('a redirect is not followed', async t => {
  const port = await httpServer(t, (_, reply) => reply.writeHead(302, { location: '/there' }).end());
  assert.equal((await response(await bootOutbound(t), `http://127.0.0.1:${port}/`)).status, 302);
});

test('HTTP/2 is spoken with a server of https that has it', async t => {
  const server = createSecureServer(tlsFiles(), (request, reply) => {
    reply.setHeader('x-version', request.httpVersion);
    request.pipe(reply);
  });
  const port = await listening(t, server);
  const booted = await bootOutbound(t, { outbound: { clientTls: [trusting('stub')], directory: certificate('') } });
  const request = outgoing(`https://localhost:${port}/`, { method: 'POST' });
  const taken = request.body();
  assert(taken.tag === 'ok');
  const future = begin(booted, request);
  taken.val.write(Buffer.from('ping'));
  const answer = await answerOf(future);
  assert(answer.tag === 'ok', JSON.stringify(answer));
  assert.equal(Buffer.from(answer.val.headers.get('x-version')[0] ?? []).toString(), '2.0');
  taken.val.write(Buffer.from(' pong'));
  taken.val.finish(undefined);
  assert.equal(await readAll(bodyOf(answer.val)), 'ping pong');
});

const failure = async (t: TestContext, url: string, options: Parameters<typeof send>[2] & { hosts?: string[] } = {}) => {
  const answer = await send(await bootOutbound(t, options.hosts ? { hosts: options.hosts } : {}), url, options);
  assert(answer.tag === 'err', 'the request did not fail');
  return answer.val;
};

test('a refused connection', async t => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  // A port on which nobody listens any more.
  await new Promise(resolve => server.close(resolve));
  assert.deepEqual(await failure(t, `http://127.0.0.1:${port}/`), { tag: 'connection-refused' });
});

test('a name that DNS does not have', async t => {
  assert.deepEqual(await failure(t, 'http://no-such-host.invalid/'), {
    tag: 'DNS-error',
    val: { rcode: 'address not available', infoCode: 0 },
  });
});

test('a certificate that nobody vouches for', async t => {
  const port = await httpsServer(t, (_, reply) => reply.end('secret'));
  assert.deepEqual(await failure(t, `https://localhost:${port}/`), { tag: 'TLS-protocol-error' });
});

test('a server that speaks no TLS', async t => {
  const port = await httpServer(t, (_, reply) => reply.end());
  assert.deepEqual(await failure(t, `https://127.0.0.1:${port}/`), { tag: 'TLS-protocol-error' });
});

test('a connection that takes longer than it may', async t => {
  const port = await tcpServer(t, () => {});
  // TLS is part of the connection, and this server never says hello.
  assert.deepEqual(await failure(t, `https://127.0.0.1:${port}/`, { connect: 50_000_000n }), { tag: 'connection-timeout' });
});

test('a first byte that takes longer than it may', async t => {
  const port = await httpServer(t, () => {});
  assert.deepEqual(await failure(t, `http://127.0.0.1:${port}/`, { firstByte: 50_000_000n }), { tag: 'connection-read-timeout' });
});

test('a body that stops for longer than it may', async t => {
  const port = await httpServer(t, (_, reply) => void reply.write('some'));
  const got = await response(await bootOutbound(t), `http://127.0.0.1:${port}/`, { betweenBytes: 50_000_000n });
  assert.deepEqual(await readAll(bodyOf(got)), { tag: 'connection-read-timeout' });
});

test('a guest that reads slowly is not timed out', async t => {
  const port = await httpServer(t, (_, reply) => reply.end(Buffer.alloc(1024 * 1024)));
  const got = await response(await bootOutbound(t), `http://127.0.0.1:${port}/`, { betweenBytes: 100_000_000n });
  const body = bodyOf(got);
  await untilReady(body.pollable);
  await new Promise(resolve => setTimeout(resolve, 300));
  const text = await readAll(body);
  assert(typeof text === 'string');
  assert.equal(text.length, 1024 * 1024);
});

test('a server that does not speak HTTP', async t => {
  const port = await tcpServer(t, socket => socket.end('SSH-2.0-OpenSSH\r\n'));
  assert.deepEqual(await failure(t, `http://127.0.0.1:${port}/`), { tag: 'HTTP-protocol-error' });
});

test('a server that dies before its response', async t => {
  const port = await httpServer(t, request => request.socket.destroy());
  assert.deepEqual(await failure(t, `http://127.0.0.1:${port}/`), { tag: 'HTTP-protocol-error' });
});

test('a server that dies in the middle of its body', async t => {
  const port = await httpServer(t, (request, reply) => {
    reply.write('half');
    setTimeout(() => request.socket.destroy(), 20);
  });
  const got = await response(await bootOutbound(t), `http://127.0.0.1:${port}/`);
  assert.deepEqual(await readAll(bodyOf(got)), { tag: 'HTTP-protocol-error' });
});

test('a response whose headers are too many', async t => {
  const port = await httpServer(t, (_, reply) => reply.writeHead(200, { 'x-big': 'x'.repeat(500 * 1024) }).end());
  assert.deepEqual(await failure(t, `http://127.0.0.1:${port}/`), { tag: 'HTTP-response-header-section-size', val: undefined });
});

for (const [what, url, code] of [
  ['another scheme', 'other', 'HTTP-protocol-error'],
  ['a user in the authority', 'http://user@127.0.0.1/', 'HTTP-request-URI-invalid'],
] as const) {
  test(`${what} is refused`, async t => {
    const request = outgoing(url === 'other' ? 'http://127.0.0.1/' : url);
    if (url === 'other') request.setScheme({ tag: 'other', val: 'ftp' });
    const answer = await answerOf(begin(await bootOutbound(t), request));
    assert.deepEqual(answer, { tag: 'err', val: { tag: code } });
  });
}

test('a host that is not allowed is denied, and the user is told how to allow it', async t => {
  const booted = await bootOutbound(t, { hosts: ['https://example.com'] });
  assert.deepEqual(await send(booted, 'http://127.0.0.1:81/'), { tag: 'err', val: { tag: 'HTTP-request-denied' } });
  assert.deepEqual(booted.warnings, [
    'component "stub" tried to make an outbound HTTP request to http://127.0.0.1:81, which is not allowed: ' +
      'to allow it, add "http://127.0.0.1:81" to the component\'s allowed_outbound_hosts',
  ]);
});

test('a variable without a value allows nothing, and the user is told', async t => {
  const booted = await bootOutbound(t, { hosts: ['http://{{ api }}:*'] });
  assert.deepEqual(await send(booted, 'http://127.0.0.1:81/'), { tag: 'err', val: { tag: 'HTTP-request-denied' } });
  assert.equal(
    booted.warnings[0],
    'component "stub" has "http://{{ api }}:*" in allowed_outbound_hosts, and a variable in it has no value: it allows nothing',
  );
});

for (const [what, block, host] of [
  ['an address', '127.0.0.0/8', '127.0.0.1'],
  ['a name that stands for one', 'private', 'localhost'],
  ['an address in IPv6', 'private', '[::ffff:127.0.0.1]'],
] as const) {
  test(`${what} in a blocked network is not connected to`, async t => {
    let connections = 0;
    const port = await tcpServer(t, () => (connections += 1));
    const booted = await bootOutbound(t, {
      outbound: { networking: { ...noOutbound.networking, blockNetworks: [{ value: block, at }] } },
    });
    assert.deepEqual(await send(booted, `http://${host}:${port}/`), { tag: 'err', val: { tag: 'destination-IP-prohibited' } });
    assert.equal(connections, 0);
  });
}

test('what is no network is refused at start', async t => {
  const networking = { ...noOutbound.networking, blockNetworks: [{ value: 'intranet', at }] };
  await assert.rejects(bootOutbound(t, { outbound: { networking } }), { code: 'runtime-config-invalid' });
});

test('connections are used again', async t => {
  const ports = new Set<number | undefined>();
  const port = await httpServer(t, (request, reply) => reply.end(String(ports.add(request.socket.remotePort).size)));
  const booted = await bootOutbound(t);
  for (let n = 0; n < 3; n++) assert.equal(await readAll(bodyOf(await response(booted, `http://127.0.0.1:${port}/`))), '1');
});

test('without pooling each request has its own connection', async t => {
  const ports = new Set<number | undefined>();
  const port = await httpServer(t, (request, reply) => reply.end(String(ports.add(request.socket.remotePort).size)));
  const booted = await bootOutbound(t, { outbound: { http: { ...noOutbound.http, connectionPooling: false } } });
  for (const count of ['1', '2', '3']) {
    assert.equal(await readAll(bodyOf(await response(booted, `http://127.0.0.1:${port}/`))), count);
  }
});

test('no more connections are made than the runtime configuration lets be', async t => {
  let most = 0;
  let open = 0;
  const port = await httpServer(t, (_, reply) => {
    most = Math.max(most, ++open);
    setTimeout(() => {
      open -= 1;
      reply.end('ok');
    }, 20);
  });
  const booted = await bootOutbound(t, { outbound: { http: { ...noOutbound.http, maxConnections: 2 } } });
  const all = await Promise.all(
    Array.from({ length: 6 }, async () => readAll(bodyOf(await response(booted, `http://127.0.0.1:${port}/`)))),
  );
  assert.deepEqual(
    all,
    Array.from({ length: 6 }, () => 'ok'),
  );
  assert.equal(most, 2);
});

test('who gets no connection in its time is told so', async t => {
  const port = await httpServer(t, () => {});
  const booted = await bootOutbound(t, { outbound: { http: { ...noOutbound.http, maxConnections: 1 } } });
  begin(booted, outgoing(`http://127.0.0.1:${port}/`));
  assert.deepEqual(await send(booted, `http://127.0.0.1:${port}/`, { connect: 30_000_000n }), {
    tag: 'err',
    val: { tag: 'connection-limit-reached' },
  });
});

function trusting(component: string, more: Partial<ClientTlsSection> = {}): ClientTlsSection {
  return {
    componentIds: [{ value: component, at }],
    hosts: ['localhost'],
    usePlatformRoots: undefined,
    useWebpkiRoots: undefined,
    rootsFile: { value: 'root.pem', at },
    certificateFile: undefined,
    privateKeyFile: undefined,
    at,
    ...more,
  };
}

test('a root of the runtime configuration is trusted, by its component and for its host only', async t => {
  const port = await httpsServer(t, (_, reply) => reply.end('secret'));
  const outbound = { clientTls: [trusting('stub')], directory: certificate('') };
  const booted = await bootOutbound(t, { outbound });
  assert.equal(await readAll(bodyOf(await response(booted, `https://localhost:${port}/`))), 'secret');
  const tlsError = { tag: 'err', val: { tag: 'TLS-protocol-error' } };
  assert.deepEqual(await send(booted, `https://127.0.0.1:${port}/`), tlsError);
  const other = await bootOutbound(t, { outbound: { ...outbound, clientTls: [trusting('stub-1')] } });
  assert.deepEqual(await send(other, `https://localhost:${port}/`), tlsError);
});

test('a client certificate is shown to its host', async t => {
  const options = { requestCert: true, rejectUnauthorized: true, ca: readFileSync(certificate('root.pem')) };
  const port = await httpsServer(t, (_, reply) => reply.end('welcome'), options);
  const without = await bootOutbound(t, { outbound: { clientTls: [trusting('stub')], directory: certificate('') } });
  assert.equal((await send(without, `https://localhost:${port}/`)).tag, 'err');
  const files = { certificateFile: { value: 'client.pem', at }, privateKeyFile: { value: 'client.key', at } };
  const booted = await bootOutbound(t, { outbound: { clientTls: [trusting('stub', files)], directory: certificate('') } });
  assert.equal(await readAll(bodyOf(await response(booted, `https://localhost:${port}/`))), 'welcome');
});

test('certificates that cannot be read or used are refused at start', async t => {
  const bad: readonly Partial<ClientTlsSection>[] = [
    { rootsFile: { value: 'none.pem', at } },
    { rootsFile: { value: 'make.sh', at } },
    { certificateFile: { value: 'client.pem', at } },
    { certificateFile: { value: 'client.pem', at }, privateKeyFile: { value: 'server.key', at } },
  ];
  for (const section of bad) {
    const outbound = { clientTls: [trusting('stub', section)], directory: certificate('') };
    await assert.rejects(bootOutbound(t, { outbound }), { code: 'runtime-config-invalid' }, JSON.stringify(section));
  }
});

async function serverThatSeesItsClientGo(t: TestContext): Promise<{ readonly port: number; readonly gone: Promise<unknown> }> {
  const gone = Promise.withResolvers<void>();
  const port = await httpServer(t, (request, reply) => {
    request.socket.on('close', () => gone.resolve());
    if (request.url === '/head') reply.write('head');
  });
  return { port, gone: gone.promise };
}

test('what is under way is let go when the invocation ends', async t => {
  const { port, gone } = await serverThatSeesItsClientGo(t);
  const booted = await bootOutbound(t);
  const got = await response(booted, `http://127.0.0.1:${port}/head`);
  booted.end();
  await gone;
  assert.deepEqual(await readAll(bodyOf(got)), { tag: 'connection-terminated' });
});

test('a response that the guest drops unread is let go', async t => {
  const { port, gone } = await serverThatSeesItsClientGo(t);
  const booted = await bootOutbound(t);
  const types = await bootHost(wasiHttpTypes());
  types.drop(httpTypes, 'incoming-response', await response(booted, `http://127.0.0.1:${port}/head`));
  await gone;
});

test('a future that the guest drops is let go', async t => {
  const { port, gone } = await serverThatSeesItsClientGo(t);
  const types = await bootHost(wasiHttpTypes());
  const future = begin(await bootOutbound(t), outgoing(`http://127.0.0.1:${port}/`));
  await new Promise(resolve => setTimeout(resolve, 50));
  types.drop(httpTypes, 'future-incoming-response', future);
  await gone;
});

test('a guest that leaves its request unfinished gets no response', async t => {
  const port = await httpServer(t, (request, reply) => {
    request.on('error', () => {});
    request.on('end', () => reply.end());
    request.resume();
  });
  const request = outgoing(`http://127.0.0.1:${port}/`, { method: 'POST' });
  const taken = request.body();
  assert(taken.tag === 'ok');
  const future = begin(await bootOutbound(t), request);
  taken.val.write(Buffer.from('part'));
  await new Promise(resolve => setTimeout(resolve, 50));
  taken.val.abort('dropped');
  assert.equal((await answerOf(future)).tag, 'err');
});

test('undici is not loaded by an app that makes no request', async () => {
  const { execFileSync } = await import('node:child_process');
  const registry = new URL('../../../src/host/registry.ts', import.meta.url).href;
  const code = `const {hostInterfaces} = await import(${JSON.stringify(registry)}); hostInterfaces();
    const {default: m} = await import('node:module'); console.log(Object.keys(m._cache).some(f => f.includes('undici')));`;
  assert.equal(execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }).trim(), 'false');
});
