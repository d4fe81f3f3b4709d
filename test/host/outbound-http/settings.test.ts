// What the runtime configuration says of outbound requests: blocked networks, connections, certificates.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { ClientTlsSection } from '../../../src/manifest/runtime-config/client-tls.ts';
import { noOutbound } from '../../../src/manifest/runtime-config/outbound.ts';
import {
  begin,
  bodyOf,
  bootOutbound,
  certificate,
  httpServer,
  httpsServer,
  outgoing,
  readAll,
  response,
  send,
  tcpServer,
  trusting,
} from './servers.ts';

const at = { file: 'runtime.toml', line: 1, column: 1, length: 1, text: '' };

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
