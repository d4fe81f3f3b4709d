// UDP of wasi:sockets 0.3 against a real server, and the refusal to look names up.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { versions3 } from '../../../src/host/versions-3.ts';
import type { GivenUp } from '../../../src/wit/given-up.ts';
import { boot3, err } from './booted-3.ts';
import { any, local, value } from './booted.ts';
import { udpServer } from './servers.ts';

const version = '0.3.0';
const answer = (data: Buffer): Buffer => Buffer.concat([Buffer.from('re: '), data]);
const implicit = 'udp://0.0.0.0:0';
const text = ([data]: [Uint8Array, unknown]): string => Buffer.from(data).toString();

for (const each of versions3) {
  test(`datagrams go to anybody and to one only, and answers come in, with ${each}`, async t => {
    const port = await udpServer(t, answer);
    const { types, newUdp } = await boot3(t, each, [implicit, `udp://127.0.0.1:${port}`]);
    const socket = newUdp();
    const [send, receive] = [types['[method]udp-socket.send'], types['[method]udp-socket.receive']];
    assert.deepEqual(types['[method]udp-socket.get-local-address'](socket), err('invalid-state'));
    value(await send(socket, Buffer.from('one'), local(port)));
    assert.ok(value(types['[method]udp-socket.get-local-address'](socket)).val.port > 0, 'bound by sending');
    const received = value(await receive(socket));
    assert.deepEqual([text(received), received[1]], ['re: one', local(port)]);
    assert.deepEqual(types['[method]udp-socket.disconnect'](socket), err('invalid-state'));
    value(await types['[method]udp-socket.connect'](socket, local(port)));
    assert.deepEqual(types['[method]udp-socket.get-remote-address'](socket), { tag: 'ok', val: local(port) });
    value(await send(socket, Buffer.from('two'), undefined));
    assert.equal(text(value(await receive(socket))), 're: two');
    value(types['[method]udp-socket.disconnect'](socket));
    assert.deepEqual(types['[method]udp-socket.get-remote-address'](socket), err('invalid-state'));
    assert.deepEqual(await send(socket, Buffer.from('x'), undefined), err('invalid-argument'));
  });
}

test('who waits for a datagram goes on waiting when the socket is connected meanwhile', async t => {
  const port = await udpServer(t, answer);
  const { types, newUdp } = await boot3(t, version, [implicit, 'udp://127.0.0.1:*']);
  const socket = newUdp();
  assert.deepEqual(await types['[method]udp-socket.receive'](socket), err('invalid-state'));
  value(await types['[method]udp-socket.bind'](socket, any));
  const waiting = Array.from({ length: 3 }, async () => types['[method]udp-socket.receive'](socket));
  await sleep(10);
  value(await types['[method]udp-socket.connect'](socket, local(port)));
  for (const word of ['a', 'b', 'c']) value(await types['[method]udp-socket.send'](socket, Buffer.from(word), undefined));
  const words = (await Promise.all(waiting)).map(received => text(value(received)));
  assert.deepEqual(words.sort(), ['re: a', 're: b', 're: c']);
});

test('a call that the guest gave up takes no datagram from the next one', async t => {
  const port = await udpServer(t, answer);
  const { types, newUdp } = await boot3(t, version, [implicit, 'udp://127.0.0.1:*']);
  const socket = newUdp();
  value(await types['[method]udp-socket.connect'](socket, local(port)));
  const givenUp: GivenUp = types['[method]udp-socket.receive'](socket) as GivenUp;
  await sleep(10);
  givenUp.givenUp?.();
  const next = types['[method]udp-socket.receive'](socket);
  value(await types['[method]udp-socket.send'](socket, Buffer.from('a'), undefined));
  assert.equal(text(value(await next)), 're: a');
});

test('each address is asked for: where it binds, also by its first use, and where each datagram goes', async t => {
  const port = await udpServer(t, answer);
  const remoteOnly = await boot3(t, version, [`udp://127.0.0.1:${port}`]);
  const { types, newUdp, warnings } = remoteOnly;
  assert.deepEqual(await types['[method]udp-socket.bind'](newUdp(), any), err('access-denied'));
  assert.deepEqual(await types['[method]udp-socket.send'](newUdp(), Buffer.from('x'), local(port)), err('access-denied'));
  assert.deepEqual(await types['[method]udp-socket.connect'](newUdp(), local(port)), err('access-denied'));
  assert.match(warnings.join('\n'), /add "udp:\/\/0\.0\.0\.0:0" to the component's allowed_outbound_hosts/);

  const localOnly = await boot3(t, version, [implicit]);
  const socket = localOnly.newUdp();
  value(await localOnly.types['[method]udp-socket.bind'](socket, any));
  const send = localOnly.types['[method]udp-socket.send'];
  assert.deepEqual(await send(socket, Buffer.from('x'), local(port)), err('access-denied'));
  assert.deepEqual(await localOnly.types['[method]udp-socket.connect'](socket, local(port)), err('access-denied'));
});

test('a socket is bound once, to an address of its family, where nobody else is', async t => {
  const { types, newUdp } = await boot3(t, version, ['*://*:*']);
  const bind = types['[method]udp-socket.bind'];
  const socket = newUdp();
  const both = await Promise.all([bind(socket, local(0)), bind(socket, local(0))]);
  assert.deepEqual(both, [{ tag: 'ok', val: undefined }, err('invalid-state')]);
  assert.deepEqual(await bind(socket, local(0)), err('invalid-state'));
  const taken = value(types['[method]udp-socket.get-local-address'](socket));
  const other = newUdp();
  assert.deepEqual(await bind(other, taken), err('address-in-use'));
  value(await bind(other, local(0)));
  const v6 = value(types['[static]udp-socket.create']('ipv6'));
  assert.deepEqual(await bind(v6, local(0)), err('invalid-argument'));
});

test('datagrams that cannot be sent', async t => {
  const { types, newUdp } = await boot3(t, version, ['*://*:*']);
  const send = types['[method]udp-socket.send'];
  const socket = newUdp();
  assert.deepEqual(await send(socket, Buffer.from('x'), undefined), err('invalid-argument'));
  assert.deepEqual(await send(socket, Buffer.from('x'), local(0)), err('invalid-argument'));
  assert.deepEqual(await send(socket, new Uint8Array(70_000), local(9)), err('datagram-too-large'));
  value(await types['[method]udp-socket.connect'](socket, local(9)));
  assert.deepEqual(await send(socket, Buffer.from('x'), local(10)), err('invalid-argument'));
});

test('bound sockets have a limit, and a drop gives the place back', async t => {
  const { types, newUdp, dropUdp } = await boot3(t, version, ['*://*:*'], { maxSocketConnections: 1 });
  const bind = types['[method]udp-socket.bind'];
  const first = newUdp();
  value(await bind(first, any));
  const waiting = types['[method]udp-socket.receive'](first);
  assert.deepEqual(await bind(newUdp(), any), { tag: 'err', val: { tag: 'other', val: 'new-socket-limit' } });
  dropUdp(first);
  assert.deepEqual(await waiting, err('invalid-state'));
  let bound = await bind(newUdp(), any);
  for (let tries = 0; bound.tag === 'err' && tries < 100; tries += 1) bound = await sleep(10).then(() => bind(newUdp(), any));
  value(bound);
});

test('names are not looked up', async t => {
  const { lookup } = await boot3(t, version, ['*://*:*']);
  assert.deepEqual(await lookup['resolve-addresses']('localhost'), err('permanent-resolver-failure'));
});
