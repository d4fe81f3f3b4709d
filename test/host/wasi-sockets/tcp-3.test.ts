// TCP of wasi:sockets 0.3 against real servers: what is permitted, what flows, what ends.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { versions3 } from '../../../src/host/versions-3.ts';
import { socketsMax } from '../../../src/host/wasi-sockets/state.ts';
import { errorCode3Of } from '../../../src/host/wasi-sockets/vocabulary-3.ts';
import { okay } from '../../../src/wit/types.ts';
import { GuestStream } from '../../wit/guest-stream.ts';
import { boot3, err, failed, readAll, ready, until } from './booted-3.ts';
import { local, value } from './booted.ts';
import { echo, neverReads, resets, tcpServer } from './servers.ts';

const version = '0.3.0';
const any = 'tcp://127.0.0.1:*';

for (const each of versions3) {
  test(`what is written comes back from an echo server, then the end, with ${each}`, async t => {
    const port = await tcpServer(t, echo);
    const { types, connected, warnings } = await boot3(t, each, [`tcp://127.0.0.1:${port}`]);
    const socket = await connected(port);
    const data = new GuestStream();
    const sent = types['[method]tcp-socket.send'](socket, data);
    const [received, end] = types['[method]tcp-socket.receive'](socket);
    const bytes = Buffer.alloc(300_000, 'abcdefghi');
    data.write(bytes.subarray(0, 100_000)).write(bytes.subarray(100_000)).close();
    assert.ok((await readAll(received)).equals(bytes));
    assert.deepEqual([sent.settled, end.settled], [{ value: okay }, { value: okay }]);
    assert.deepEqual(warnings, []);
  });
}

test('addresses are those of the connection', async t => {
  const port = await tcpServer(t, echo);
  const { types, connected, newTcp } = await boot3(t, version, [any]);
  const [remote, own] = [types['[method]tcp-socket.get-remote-address'], types['[method]tcp-socket.get-local-address']];
  assert.deepEqual([remote(newTcp()), own(newTcp())], [err('invalid-state'), err('invalid-state')]);
  const socket = await connected(port);
  assert.deepEqual(remote(socket), { tag: 'ok', val: local(port) });
  assert.ok(value(own(socket)).val.port > 0);
  assert.equal(types['[method]tcp-socket.get-address-family'](socket), 'ipv4');
});

test('an address that is not allowed is denied, and the user is told once how to allow it', async t => {
  const port = await tcpServer(t, echo);
  const { connect, warnings } = await boot3(t, version, [`udp://127.0.0.1:${port}`, `tcp://127.0.0.2:${port}`]);
  assert.deepEqual((await connect(port)).result, err('access-denied'));
  assert.deepEqual((await connect(port)).result, err('access-denied'));
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /to allow it, add "tcp:\/\/127\.0\.0\.1:\d+" to the component's allowed_outbound_hosts/);
});

test('a blocked network is denied, whatever is allowed', async t => {
  const { connect } = await boot3(t, version, ['*://*:*'], { blockNetworks: [{ value: '127.0.0.0/8', at: undefined as never }] });
  assert.deepEqual((await connect(1)).result, err('access-denied'));
});

test('binding is denied, and listening, which would bind', async t => {
  const port = await tcpServer(t, echo);
  const { types, newTcp, connected } = await boot3(t, version, ['*://*:*']);
  const [bind, listen] = [types['[method]tcp-socket.bind'], types['[method]tcp-socket.listen']];
  assert.deepEqual([bind(newTcp(), local(0)), listen(newTcp())], [err('access-denied'), err('access-denied')]);
  const socket = await connected(port);
  assert.deepEqual([bind(socket, local(0)), listen(socket)], [err('invalid-state'), err('invalid-state')]);
  assert.equal(types['[method]tcp-socket.get-is-listening'](socket), false);
});

test('connections have a limit; one counts until the handle and both streams are gone', async t => {
  const port = await tcpServer(t, echo);
  const { types, connect, connected, dropTcp } = await boot3(t, version, [any], { maxSocketConnections: 1 });
  const socket = await connected(port);
  const full = { tag: 'err', val: { tag: 'other', val: 'new-socket-limit' } };
  assert.deepEqual((await connect(port)).result, full);
  const data = new GuestStream();
  const sent = types['[method]tcp-socket.send'](socket, data);
  const [received] = types['[method]tcp-socket.receive'](socket);
  dropTcp(socket);
  data.write('still here');
  await ready(received);
  assert.equal(Buffer.from(received.read(100) ?? []).toString(), 'still here');
  data.close();
  await ready(sent);
  assert.deepEqual((await connect(port)).result, full);
  received.cancel();
  for (;;) {
    const { result } = await connect(port);
    if (result.tag === 'ok') break;
    await sleep(10);
  }
});

test('one invocation has a limit of sockets', async t => {
  const { types, newTcp, dropTcp } = await boot3(t, version, []);
  const sockets = Array.from({ length: socketsMax }, newTcp);
  const full = { tag: 'err', val: { tag: 'other', val: 'new-socket-limit' } };
  assert.deepEqual(types['[static]tcp-socket.create']('ipv4'), full);
  assert.deepEqual(types['[static]udp-socket.create']('ipv4'), full);
  dropTcp(sockets[0] as never);
  newTcp();
});

test('a peer that never reads holds the writer up', async t => {
  const port = await tcpServer(t, neverReads);
  const { types, connected } = await boot3(t, version, [any]);
  const data = new GuestStream().write(Buffer.alloc(64 << 20));
  types['[method]tcp-socket.send'](await connected(port), data);
  let before = -1;
  while (before !== data.pending) {
    before = data.pending;
    await sleep(200);
  }
  assert.ok(data.pending > 32 << 20, `${data.pending} bytes are left`);
});

test('a guest that never reads holds the peer up', async t => {
  const accepted = Promise.withResolvers<Socket>();
  const port = await tcpServer(t, socket => accepted.resolve(socket));
  const { types, connected } = await boot3(t, version, [any]);
  const [received] = types['[method]tcp-socket.receive'](await connected(port));
  const peer = await accepted.promise;
  for (let sent = 0; sent < 64 << 20; sent += 1 << 20) peer.write(Buffer.alloc(1 << 20));
  await ready(received);
  await sleep(300);
  assert.ok(peer.writableLength > 32 << 20, `${peer.writableLength} bytes are left`);
});

test('letting the received stream go is no error, and what comes then does not hold the peer up', async t => {
  const accepted = Promise.withResolvers<Socket>();
  const port = await tcpServer(t, socket => accepted.resolve(socket));
  const { types, connected } = await boot3(t, version, [any]);
  const socket = await connected(port);
  const [received, end] = types['[method]tcp-socket.receive'](socket);
  received.cancel();
  assert.deepEqual(end.settled, { value: okay });
  const peer = await accepted.promise;
  await new Promise(resolve => peer.write(Buffer.alloc(16 << 20), resolve));
});

test('the guest learns of a reset from both sides', async t => {
  const port = await tcpServer(t, resets);
  const { types, connected } = await boot3(t, version, [any]);
  const socket = await connected(port);
  const data = new GuestStream().write('x');
  const sent = types['[method]tcp-socket.send'](socket, data);
  const [received, end] = types['[method]tcp-socket.receive'](socket);
  assert.equal((await readAll(received)).length, 0);
  assert.deepEqual(end.settled, failed('connection-reset'));
  data.write('y');
  await ready(sent);
  assert.deepEqual(sent.settled, failed('connection-reset'));
  assert.ok(data.isCancelled);
});

test('a connection takes one stream each way', async t => {
  const port = await tcpServer(t, echo);
  const { types, connected, newTcp } = await boot3(t, version, [any]);
  for (const socket of [newTcp(), await connected(port)]) {
    types['[method]tcp-socket.send'](socket, new GuestStream());
    types['[method]tcp-socket.receive'](socket);
    const data = new GuestStream();
    assert.deepEqual(types['[method]tcp-socket.send'](socket, data).settled, failed('invalid-state'));
    assert.ok(data.isCancelled);
    const [received, end] = types['[method]tcp-socket.receive'](socket);
    assert.deepEqual([received.ended, end.settled], [true, failed('invalid-state')]);
  }
});

test('nobody there: connection-refused, and then the socket is closed', async t => {
  const { types, connect } = await boot3(t, version, [any]);
  const { socket, result } = await connect(1);
  assert.deepEqual(result, err('connection-refused'));
  assert.deepEqual(await types['[method]tcp-socket.connect'](socket, local(1)), err('invalid-state'));
  const connecting = types['[method]tcp-socket.connect'];
  const { newTcp } = await boot3(t, version, [any]);
  const other = newTcp();
  const both = await Promise.all([connecting(other, local(1)), connecting(other, local(1))]);
  assert.deepEqual(both, [err('connection-refused'), err('invalid-state')]);
});

test('addresses that are none to connect to', async t => {
  const { types, newTcp } = await boot3(t, version, ['*://*:*']);
  const v4 = (address: [number, number, number, number], port = 80) => ({ tag: 'ipv4', val: { port, address } }) as const;
  for (const address of [v4([0, 0, 0, 0]), v4([127, 0, 0, 1], 0), v4([224, 0, 0, 1]), v4([255, 255, 255, 255])]) {
    assert.deepEqual(await types['[method]tcp-socket.connect'](newTcp(), address), err('invalid-argument'));
  }
  const v6 = value(types['[static]tcp-socket.create']('ipv6'));
  assert.deepEqual(await types['[method]tcp-socket.connect'](v6, local(80)), err('invalid-argument'));
});

test('options that node has are kept; others are not supported', async t => {
  const { types, newTcp } = await boot3(t, version, []);
  const socket = newTcp();
  value(types['[method]tcp-socket.set-keep-alive-enabled'](socket, true));
  value(types['[method]tcp-socket.set-keep-alive-idle-time'](socket, 5_000_000_000n));
  assert.deepEqual(types['[method]tcp-socket.get-keep-alive-enabled'](socket), { tag: 'ok', val: true });
  assert.deepEqual(types['[method]tcp-socket.get-keep-alive-idle-time'](socket), { tag: 'ok', val: 5_000_000_000n });
  assert.deepEqual(types['[method]tcp-socket.set-keep-alive-idle-time'](socket, 0n), err('invalid-argument'));
  assert.deepEqual(types['[method]tcp-socket.set-hop-limit'](socket, 5), err('not-supported'));
  assert.deepEqual(types['[method]tcp-socket.set-listen-backlog-size'](socket, 0n), err('invalid-argument'));
});

test('the end of the invocation closes what the guest left open', async t => {
  const accepted = Promise.withResolvers<Socket>();
  const port = await tcpServer(t, socket => accepted.resolve(socket.resume()));
  const { types, connected, end } = await boot3(t, version, [any]);
  const socket = await connected(port);
  const [received] = types['[method]tcp-socket.receive'](socket);
  const data = new GuestStream();
  types['[method]tcp-socket.send'](socket, data);
  const ended = once(await accepted.promise, 'end');
  end();
  await ended;
  assert.deepEqual([received.ended, received.read(1)], [false, undefined]);
  data.write('too late');
  await until(() => data.isCancelled);
});

test('what the system says of a connection', () => {
  const system = (code: string) => errorCode3Of(Object.assign(new Error(code), { code }));
  assert.deepEqual(system('EPIPE'), { tag: 'connection-broken' });
  assert.deepEqual(system('ETIMEDOUT'), { tag: 'timeout' });
  assert.deepEqual(system('EHOSTUNREACH'), { tag: 'remote-unreachable' });
  assert.deepEqual(system('EADDRINUSE'), { tag: 'address-in-use' });
  assert.deepEqual(system('ECONNABORTED'), { tag: 'connection-aborted' });
  assert.deepEqual(system('ENOBUFS'), { tag: 'out-of-memory' });
  assert.deepEqual(system('EMFILE'), { tag: 'other', val: 'new-socket-limit' });
  assert.deepEqual(system('ESTRANGE'), { tag: 'other', val: 'ESTRANGE' });
});
