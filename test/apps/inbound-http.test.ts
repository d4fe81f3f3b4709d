// fermyon:spin/inbound-http, the handler of Spin 1 (spin-behaviour 2.4), as a guest and its clients see it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRequest } from './client.ts';
import { kvRust1Wasm, proxyWasm } from './guests.ts';
import { testEveryWay } from './matrix.ts';
import { RawConnection } from './raw-connection.ts';
import { serveApp } from './served-app.ts';

const app = { source: kvRust1Wasm, component: 'one', routes: ['"/one/:name/..."'] };

testEveryWay(
  'the guest gets the request as one value',
  async ({ send, authority }, t) => {
    const answer = await send('/one/two/three?request=%20y', {
      method: 'PATCH',
      headers: { 'x-name': 'value', 'x-text': Buffer.from('é').toString('latin1') },
      body: 'a body',
    });
    const [first, ...lines] = (await answer.text()).split('\n');
    assert.equal(first, 'Method::Patch /one/two/three?request=%20y');
    for (const line of [
      // HTTP/2 has it in the request's line, so to speak, and not among its headers.
      ...(t.name.endsWith('over HTTP/2') ? [] : [`host: ${authority}`]),
      'x-name: value',
      'x-text: é',
      `spin-full-url: http://${authority}/one/two/three?request=%20y`,
      'spin-path-info: /three',
      'spin-path-match-name: two',
      '0 params',
      'body Some(6)',
    ]) {
      assert.ok(lines.includes(line), `${line} in ${lines.join('\n')}`);
    }
  },
  { app },
);

testEveryWay(
  'a request without a body has an empty one',
  async ({ send }) => assert.match(await (await send('/one/a?request')).text(), /^body Some\(0\)$/m),
  { app },
);

testEveryWay(
  'a body of many pieces arrives whole, and one goes out whole',
  async ({ send }) => {
    const body = Buffer.alloc(3_000_000, 'abcdefg');
    const answer = await send('/one/a?echo', { method: 'POST', body });
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(body));
  },
  { app },
);

testEveryWay(
  'a method that the interface does not have is answered by 405, and the guest is not called',
  async ({ send, invocations }) => {
    const answer = await send('/one/a?request', { method: 'PROPFIND', body: 'x' });
    assert.deepEqual([answer.status, await answer.text()], [405, '']);
    assert.deepEqual(invocations, []);
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']) {
      assert.equal((await send('/one/a?request', { method })).status, 200, method);
    }
  },
  { app },
);

testEveryWay(
  'a status that HTTP does not have becomes 500, and the user is told',
  async ({ send, warnings, idle }) => {
    for (const status of [0, 42, 99, 601, 999]) assert.equal((await send(`/one/a?status=${status}`)).status, 500, `${status}`);
    for (const status of [200, 404, 599]) assert.equal((await send(`/one/a?status=${status}`)).status, status);
    await idle();
    assert.equal(warnings.length, 5);
    assert.match(warnings[1] ?? '', /answered with the status 42, which HTTP does not have; the client got 500/);
  },
  { app },
);

testEveryWay(
  'of several headers with one name the last is sent, and none of those that are the connection’s',
  async ({ send }) => {
    const answer = await send('/one/a?headers=X-A:1,x-b:2,x-a:3,Transfer-Encoding:chunked,content-length:4,keep-alive:x');
    assert.deepEqual([answer.headers.get('x-a'), answer.headers.get('x-b')], ['3', '2']);
    assert.deepEqual([answer.headers.get('transfer-encoding'), answer.headers.get('keep-alive')], [null, null]);
    assert.equal(await answer.text(), 'with headers');
    assert.equal((await send('/one/a?headers=bad%20name:1'.replace('%20', '(')))?.status, 500);
  },
  { app },
);

testEveryWay(
  'HEAD, and a status without a body, have none whatever the guest returns',
  async ({ send }) => {
    const head = await send('/one/a?status=200', { method: 'HEAD' });
    assert.deepEqual([head.status, await head.text()], [200, '']);
    const empty = await send('/one/a?status=204');
    assert.deepEqual([empty.status, await empty.text()], [204, '']);
    assert.equal(await (await send('/one/a?status=200')).text(), 'as asked');
  },
  { app },
);

testEveryWay(
  'a panic is answered by 500, and the next request finds a sound instance',
  async ({ send }) => {
    assert.equal((await send('/one/a?panic')).status, 500);
    assert.equal(await (await send('/one/a?status=200')).text(), 'as asked');
  },
  { app },
);

test('a body above 128 MiB is answered by 413, as soon as that is known', async t => {
  const { url, invocations } = await serveApp(t, app);
  const connection = await RawConnection.open(t, url);
  connection.request(['POST /one/a?echo HTTP/1.1', 'Host: x', `Content-Length: ${2 ** 32}`]);
  const mebibyte = Buffer.alloc(1024 * 1024);
  for (let sent = 0; sent <= 128; sent++) connection.socket.write(mebibyte);
  assert.equal((await connection.response()).status, 413);
  assert.deepEqual(invocations, []);
});

test('a client that leaves in the middle of its body calls no guest', async t => {
  const { url, invocations, loaded } = await serveApp(t, app);
  const leaving = openRequest(t, `${url}/one/a?echo`);
  leaving.write('half');
  await new Promise<void>(resolve => leaving.once('socket', socket => socket.once('connect', () => setImmediate(resolve))));
  leaving.destroy();
  // What it sent was read, or it will not be: another request after it is answered in any case.
  assert.equal(await (await fetch(`${url}/one/a?status=200`)).text(), 'as asked');
  assert.equal(loaded.instances, 0);
  assert.equal(invocations.length, 1);
});

test('another component calls it, over the network’s back', async t => {
  const lines = [
    'allowed_outbound_hosts = ["http://*.spin.internal"]',
    '[[trigger.http]]',
    'route = { private = true }',
    'component = "one"',
    '[component.one]',
    `source = ${JSON.stringify(kvRust1Wasm)}`,
  ];
  const { url } = await serveApp(t, { source: proxyWasm, component: 'front', lines });
  const answer = await fetch(`${url}/get?url=${encodeURIComponent('http://one.spin.internal/x?request')}`);
  const text = await answer.text();
  assert.match(text, /Method::Get \/x\?request/);
  assert.match(text, /^spin-full-url: http:\/\/localhost\/x\?request$/m);
  assert.doesNotMatch(text, /^host:/m);
});
