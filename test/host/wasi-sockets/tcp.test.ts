// TCP of wasi:sockets against real servers: what is permitted, what flows, what ends.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { socketsMax } from '../../../src/host/wasi-sockets/state.ts';
import { tcp } from '../../../src/host/wasi-sockets/declarations-tcp.ts';
import { boot, connect, local, network, newTcp, readAll, ready, value } from './booted.ts';
import { echo, neverReads, resets, tcpServer } from './servers.ts';

const err = (val: string) => ({ tag: 'err', val });

test('what is written comes back from an echo server, then the end', async t => {
  const port = await tcpServer(t, echo);
  const host = await boot(t, [`tcp://127.0.0.1:${port}`]);
  const { socket, result } = await connect(host, port);
  const [input, output] = value(result);
  const sent = Buffer.alloc(300_000, 'abcdefghi');
  const reading = readAll(input);
  for (let at = 0; at < sent.length;) {
    await ready(output.pollable);
    const room = value(output.checkWrite());
    value(output.write(sent.subarray(at, at + room)));
    at += room;
  }
  value(host.tcp['[method]tcp-socket.shutdown'](socket, 'send'));
  assert.deepEqual(output.checkWrite(), { tag: 'err', val: { tag: 'closed' } });
  const { bytes, failure } = await reading;
  assert.equal(failure, undefined);
  assert.ok(bytes.equals(sent), `${bytes.length} bytes`);
  assert.deepEqual(host.warnings, []);
});

test('the end comes after the last byte, when both were there before the guest read', async t => {
  const port = await tcpServer(t, socket => socket.end('bye'));
  const host = await boot(t, ['tcp://127.0.0.1:*']);
  const [input] = value((await connect(host, port)).result);
  await sleep(50);
  assert.equal(Buffer.from(value(input.read(3))).toString(), 'bye');
  await ready(input.pollable);
  assert.deepEqual(input.read(3), { tag: 'err', val: { tag: 'closed' } });
});

test('addresses are those of the connection', async t => {
  const port = await tcpServer(t, echo);
  const host = await boot(t, ['tcp://127.0.0.1:*']);
  assert.deepEqual(host.tcp['[method]tcp-socket.remote-address'](newTcp(host)), err('invalid-state'));
  const { socket } = await connect(host, port);
  assert.deepEqual(host.tcp['[method]tcp-socket.remote-address'](socket), { tag: 'ok', val: local(port) });
  const own = value(host.tcp['[method]tcp-socket.local-address'](socket));
  assert.ok(own.val.port > 0 && own.val.port !== port);
});

test('a connection waits for the writes that its guest was told of, and is not made when one failed', async t => {
  let connections = 0;
  const port = await tcpServer(t, socket => {
    connections += 1;
    echo(socket);
  });
  const host = await boot(t, ['tcp://127.0.0.1:*']);
  const kept = Promise.withResolvers<string | undefined>();
  host.withhold(kept.promise);
  const connecting = connect(host, port);
  await sleep(50);
  assert.equal(connections, 0);
  kept.resolve(undefined);
  assert.equal((await connecting).result.tag, 'ok');
  const other = await boot(t, ['tcp://127.0.0.1:*']);
  other.withhold(Promise.resolve('disk on fire'));
  assert.deepEqual((await connect(other, port)).result, err('access-denied'));
  assert.equal(connections, 1);
});

test('an address that is not allowed is denied, and the user is told once how to allow it', async t => {
  const port = await tcpServer(t, echo);
  const host = await boot(t, [`udp://127.0.0.1:${port}`, `tcp://127.0.0.2:${port}`, `tcp://localhost:${port}`]);
  assert.deepEqual((await connect(host, port)).result, err('access-denied'));
  assert.deepEqual((await connect(host, port)).result, err('access-denied'));
  assert.deepEqual(host.warnings, [
    `component "stub" tried to open a TCP connection to tcp://127.0.0.1:${port}, which is not allowed: ` +
      `to allow it, add "tcp://127.0.0.1:${port}" to the component's allowed_outbound_hosts`,
  ]);
});

test('a blocked network is denied, whatever is allowed', async t => {
  const port = await tcpServer(t, echo);
  const host = await boot(t, ['*://*:*'], { blockNetworks: [{ value: '127.0.0.0/8', at: undefined as never }] });
  assert.deepEqual((await connect(host, port)).result, err('access-denied'));
  assert.match(host.warnings.join('\n'), /block_networks/);
});

test('connections have a limit, and closing one gives its place back', async t => {
  const port = await tcpServer(t, echo);
  const host = await boot(t, ['tcp://127.0.0.1:*'], { maxSocketConnections: 1 });
  const { socket, result } = await connect(host, port);
  value(result);
  assert.deepEqual((await connect(host, port)).result, err('new-socket-limit'));
  host.drop(tcp, 'tcp-socket', socket);
  value((await connectSoon(host, port)).result);
});

/** A place is given back when the system has closed the connection, a moment after the guest has. */
async function connectSoon(host: Parameters<typeof connect>[0], port: number): ReturnType<typeof connect> {
  for (let tries = 0; tries < 100; tries += 1) {
    const made = await connect(host, port);
    if (made.result.tag === 'ok') return made;
    await sleep(10);
  }
  throw new Error('no place was given back');
}

test('one invocation has a limit of sockets', async t => {
  const host = await boot(t, []);
  for (let count = 0; count < socketsMax; count += 1) newTcp(host);
  assert.deepEqual(host.createTcp['create-tcp-socket']('ipv4'), err('new-socket-limit'));
});

test('a peer that never reads holds the writer up', async t => {
  const port = await tcpServer(t, neverReads);
  const host = await boot(t, ['tcp://127.0.0.1:*']);
  const [, output] = value((await connect(host, port)).result);
  let written = 0;
  for (let room = -1; room !== 0 && written < 64 << 20;) {
    room = value(output.checkWrite());
    if (room === 0) await sleep(100).then(() => (room = value(output.checkWrite())));
    value(output.write(new Uint8Array(room)));
    written += room;
  }
  assert.ok(written < 64 << 20, `${written} bytes were taken`);
  assert.equal(output.pollable.ready(), false);
  value(output.flush());
  assert.deepEqual(output.checkWrite(), { tag: 'ok', val: 0 });
});

test('a guest that never reads holds the peer up', async t => {
  const accepted = Promise.withResolvers<Socket>();
  const port = await tcpServer(t, socket => accepted.resolve(socket));
  const host = await boot(t, ['tcp://127.0.0.1:*']);
  value((await connect(host, port)).result);
  const peer = await accepted.promise;
  for (let sent = 0; sent < 64 << 20; sent += 1 << 20) peer.write(Buffer.alloc(1 << 20));
  await sleep(300);
  assert.ok(peer.writableLength > 32 << 20, `${peer.writableLength} bytes are left`);
});

test('a reset is told once, as what it is', async t => {
  const port = await tcpServer(t, resets);
  const host = await boot(t, ['tcp://127.0.0.1:*']);
  const [input, output] = value((await connect(host, port)).result);
  value(output.write(Buffer.from('x')));
  assert.equal((await readAll(input)).failure, 'connection-reset');
  assert.deepEqual(input.read(1), { tag: 'err', val: { tag: 'closed' } });
});

test('nobody there: connection-refused, and then the socket is closed', async t => {
  const host = await boot(t, ['tcp://127.0.0.1:*']);
  const { socket, result } = await connect(host, 1);
  assert.deepEqual(result, err('connection-refused'));
  assert.deepEqual(host.tcp['[method]tcp-socket.finish-connect'](socket), err('not-in-progress'));
  assert.deepEqual(await host.tcp['[method]tcp-socket.start-connect'](socket, network, local(1)), err('invalid-state'));
});

test('addresses that are none to connect to', async t => {
  const host = await boot(t, ['*://*:*']);
  const start = host.tcp['[method]tcp-socket.start-connect'];
  const v4 = (address: [number, number, number, number], port = 80) => ({ tag: 'ipv4', val: { port, address } }) as const;
  for (const address of [v4([0, 0, 0, 0]), v4([127, 0, 0, 1], 0), v4([224, 0, 0, 1]), v4([255, 255, 255, 255])]) {
    assert.deepEqual(await start(newTcp(host), network, address), err('invalid-argument'));
  }
  const mapped: [number, number, number, number, number, number, number, number] = [0, 0, 0, 0, 0, 0xffff, 0x7f00, 1];
  const address = { tag: 'ipv6', val: { port: 80, flowInfo: 0, scopeId: 0, address: mapped } } as const;
  assert.deepEqual(await start(newTcp(host), network, address), err('invalid-argument'));
  const v6 = value(host.createTcp['create-tcp-socket']('ipv6'));
  assert.deepEqual(await start(v6, network, address), err('invalid-argument'));
});

test('binding is denied, listening and accepting with it', async t => {
  const host = await boot(t, ['*://*:*']);
  const socket = newTcp(host);
  assert.deepEqual(host.tcp['[method]tcp-socket.start-bind'](socket, network, local(0)), err('access-denied'));
  assert.deepEqual(host.tcp['[method]tcp-socket.start-listen'](socket), err('invalid-state'));
  assert.deepEqual(host.tcp['[method]tcp-socket.accept'](socket), err('invalid-state'));
});

test('options that node has are kept; others are not supported', async t => {
  const host = await boot(t, []);
  const socket = newTcp(host);
  value(host.tcp['[method]tcp-socket.set-keep-alive-enabled'](socket, true));
  value(host.tcp['[method]tcp-socket.set-keep-alive-idle-time'](socket, 5_000_000_000n));
  assert.deepEqual(host.tcp['[method]tcp-socket.keep-alive-enabled'](socket), { tag: 'ok', val: true });
  assert.deepEqual(host.tcp['[method]tcp-socket.keep-alive-idle-time'](socket), { tag: 'ok', val: 5_000_000_000n });
  assert.deepEqual(host.tcp['[method]tcp-socket.set-keep-alive-idle-time'](socket, 0n), err('invalid-argument'));
  assert.deepEqual(host.tcp['[method]tcp-socket.set-hop-limit'](socket, 5), err('not-supported'));
});

test('the end of the invocation closes what the guest left open', async t => {
  const accepted = Promise.withResolvers<Socket>();
  const port = await tcpServer(t, socket => accepted.resolve(socket.resume()));
  const host = await boot(t, ['tcp://127.0.0.1:*']);
  const [input] = value((await connect(host, port)).result);
  const ended = once(await accepted.promise, 'end');
  const waiting = ready(input.pollable);
  host.end();
  await Promise.all([ended, waiting]);
});
