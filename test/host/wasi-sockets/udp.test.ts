// UDP of wasi:sockets against a real server, and the refusal to look names up.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ipNameLookup } from '../../../src/host/wasi-sockets/declarations-tcp.ts';
import { datagramsMax } from '../../../src/host/wasi-sockets/udp-streams.ts';
import { StubTrap } from '../harness.ts';
import { any, boot, local, network, ready, value, type BootedSockets } from './booted.ts';
import { udpServer } from './servers.ts';

const err = (val: string) => ({ tag: 'err', val });
const answer = (data: Buffer): Buffer => Buffer.concat([Buffer.from('re: '), data]);

async function bound(host: BootedSockets) {
  const socket = value(host.createUdp['create-udp-socket']('ipv4'));
  value(await host.udp['[method]udp-socket.start-bind'](socket, network, any));
  assert.deepEqual(host.udp['[method]udp-socket.finish-bind'](socket), err('would-block'));
  await ready(socket.pollable);
  value(host.udp['[method]udp-socket.finish-bind'](socket));
  return socket;
}

const allowAny = 'udp://0.0.0.0:0';

test('a datagram goes out, its answer comes in, to anybody and to one only', async t => {
  const port = await udpServer(t, answer);
  const host = await boot(t, [allowAny, `udp://127.0.0.1:${port}`]);
  const socket = await bound(host);
  for (const remote of [undefined, local(port)]) {
    const [incoming, outgoing] = value(await host.udp['[method]udp-socket.stream'](socket, remote));
    assert.deepEqual(incoming.receive(4n), { tag: 'ok', val: [] });
    value(outgoing.checkSend());
    const data = Buffer.from('hello');
    const remoteAddress = remote ? undefined : local(port);
    assert.equal(value(await host.udp['[method]outgoing-datagram-stream.send'](outgoing, [{ data, remoteAddress }])), 1n);
    await ready(incoming.pollable);
    const [got] = value(incoming.receive(4n));
    assert.equal(Buffer.from(got?.data ?? []).toString(), 're: hello');
    assert.deepEqual(got?.remoteAddress, local(port));
  }
});

test('datagrams of others than the remote address are not received', async t => {
  const port = await udpServer(t, answer);
  const other = await udpServer(t, answer);
  const host = await boot(t, [allowAny, 'udp://127.0.0.1:*']);
  const socket = await bound(host);
  const [, toAll] = value(await host.udp['[method]udp-socket.stream'](socket, undefined));
  value(toAll.checkSend());
  value(await toAll.send([{ data: Buffer.from('a'), remoteAddress: local(other) }]));
  const [incoming, outgoing] = value(await host.udp['[method]udp-socket.stream'](socket, local(port)));
  value(outgoing.checkSend());
  value(await outgoing.send([{ data: Buffer.from('b'), remoteAddress: undefined }]));
  await ready(incoming.pollable);
  const got = value(incoming.receive(16n));
  assert.deepEqual(
    got.map(({ data }) => Buffer.from(data).toString()),
    ['re: b'],
  );
  assert.deepEqual(await outgoing.send([{ data: Buffer.from('c'), remoteAddress: local(other) }]), err('invalid-argument'));
  assert.deepEqual(toAll.checkSend(), err('invalid-state'));
});

test('each address is asked for: where it binds, what it is of, where each datagram goes', async t => {
  const port = await udpServer(t, answer);
  const nothing = await boot(t, ['tcp://*:*', `udp://127.0.0.1:${port}`]);
  const unbound = value(nothing.createUdp['create-udp-socket']('ipv4'));
  assert.deepEqual(await nothing.udp['[method]udp-socket.start-bind'](unbound, network, any), err('access-denied'));
  assert.match(nothing.warnings.join('\n'), /add "udp:\/\/0\.0\.0\.0:0" to the component's allowed_outbound_hosts/);
  assert.deepEqual(await nothing.udp['[method]udp-socket.stream'](unbound, undefined), err('invalid-state'));

  const host = await boot(t, [allowAny]);
  const socket = await bound(host);
  assert.deepEqual(await host.udp['[method]udp-socket.stream'](socket, local(port)), err('access-denied'));
  const [, outgoing] = value(await host.udp['[method]udp-socket.stream'](socket, undefined));
  value(outgoing.checkSend());
  assert.deepEqual(await outgoing.send([{ data: Buffer.from('x'), remoteAddress: local(port) }]), err('access-denied'));
  assert.equal(host.warnings.length, 1, 'told once');
});

test('more datagrams than check-send permits are a trap', async t => {
  const host = await boot(t, [allowAny, 'udp://127.0.0.1:*']);
  const [, outgoing] = value(await host.udp['[method]udp-socket.stream'](await bound(host), local(9)));
  const send = host.udp['[method]outgoing-datagram-stream.send'];
  const datagram = { data: Buffer.from('x'), remoteAddress: undefined };
  assert.throws(() => send(outgoing, [datagram]), StubTrap);
  value(outgoing.checkSend());
  assert.throws(
    () =>
      send(
        outgoing,
        Array.from({ length: datagramsMax + 1 }, () => datagram),
      ),
    StubTrap,
  );
});

test('a datagram that is too large is told so', async t => {
  const host = await boot(t, [allowAny, 'udp://127.0.0.1:*']);
  const [, outgoing] = value(await host.udp['[method]udp-socket.stream'](await bound(host), local(9)));
  value(outgoing.checkSend());
  assert.deepEqual(await outgoing.send([{ data: new Uint8Array(70_000), remoteAddress: undefined }]), err('datagram-too-large'));
});

test('a guest that does not receive keeps a limited number of datagrams', async t => {
  const port = await udpServer(t, () => new Uint8Array(60_000));
  const host = await boot(t, [allowAny, 'udp://127.0.0.1:*']);
  const [incoming, outgoing] = value(await host.udp['[method]udp-socket.stream'](await bound(host), local(port)));
  for (let count = 0; count < 3; count += 1) {
    value(outgoing.checkSend());
    for (let sent = 0; sent < 10; sent += 1) {
      value(await outgoing.send([{ data: Buffer.from('x'), remoteAddress: undefined }]));
      await new Promise(resolve => setTimeout(resolve, 2));
    }
  }
  await ready(incoming.pollable);
  const got = value(incoming.receive(100n));
  assert.ok(got.length > 0 && got.length <= 4, `${got.length} datagrams`);
});

test('names are not looked up', async t => {
  const host = await boot(t, ['*://*:*']);
  assert.deepEqual(host.functions(ipNameLookup)['resolve-addresses'](network, 'localhost'), err('permanent-resolver-failure'));
});
