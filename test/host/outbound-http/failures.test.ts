// Outbound requests that fail, each as the guest is told (spin-behaviour 2.8).
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test, type TestContext } from 'node:test';
import { untilReady } from '../../../src/host/io/wait.ts';
import {
  answerOf,
  begin,
  bodyOf,
  bootOutbound,
  httpServer,
  httpsServer,
  outgoing,
  readAll,
  response,
  send,
  tcpServer,
} from './servers.ts';

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
