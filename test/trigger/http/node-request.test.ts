import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { suite, test, type TestContext } from 'node:test';

import { untilReady } from '../../../src/host/io/wait.ts';
import type { IncomingBody } from '../../../src/host/wasi-http/incoming-body.ts';
import { emptyAnswer, type HttpRequest, type HttpResponder } from '../../../src/trigger/http/exchange.ts';
import { HttpServer } from '../../../src/trigger/http/server.ts';
import { request, Wire } from './exchange.ts';

type Handle = (request: HttpRequest, responder: HttpResponder) => Promise<void>;

async function wireTo(t: TestContext, handle: Handle): Promise<Wire> {
  const server = new HttpServer({ handle });
  t.after(() => server.close(0));
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  return new Wire(t, port);
}

/** What becomes of the text of a request: the request that is handled, or undefined when its connection is dropped. */
async function asRead(t: TestContext, text: string): Promise<HttpRequest | undefined> {
  let read: HttpRequest | undefined;
  const wire = await wireTo(t, async (got, responder) => {
    read = got;
    responder.answer(emptyAnswer(200));
  });
  wire.send(text);
  const received = await wire.until('\r\n\r\n').catch(() => wire.received);
  assert.equal(received !== '', read !== undefined);
  return read;
}

/** All that the guest gets of a body, and how it ended. */
async function drain(body: IncomingBody): Promise<{ readonly text: string; readonly end: string }> {
  let text = '';
  for (;;) {
    await untilReady(body.pollable);
    const read = body.read(1000);
    if (read.tag === 'err') return { text, end: read.val.tag };
    text += Buffer.from(read.val).toString('latin1');
  }
}

const head = (target: string, ...headers: string[]): string => [`GET ${target} HTTP/1.1`, ...headers, '', ''].join('\r\n');

suite('whom a request is for', () => {
  for (const [title, text, want] of [
    ['is what Host says', head('/a?b=c', 'Host: shop.example:8080'), ['shop.example:8080', '/a?b=c']],
    ['may be an IPv6 address', head('/', 'Host: [::1]:3000'), ['[::1]:3000', '/']],
    ['may be in the target', head('http://shop.example/a?b', 'Host: shop.example'), ['shop.example', '/a?b']],
    ['may be in the target alone', head('http://shop.example?b'), ['shop.example', '/?b']],
    ['is the same in any case', head('http://Shop.example/', 'Host: shop.EXAMPLE'), ['Shop.example', '/']],
    ['is in the target when Host pretends to be a component', head('http://a/', 'Host: b.spin.internal'), ['a', '/']],
  ] as const) {
    test(title, async t => {
      const read = await asRead(t, text);
      assert.deepEqual([read?.authority, read?.target], want);
    });
  }

  for (const [title, text] of [
    ['there is no Host', head('/')],
    ['Host is empty', head('/', 'Host:')],
    ['Host is no authority', head('/', 'Host: a/b')],
    ['Host has user information', head('/', 'Host: me@shop.example')],
    ['there are two', head('/', 'Host: a', 'Host: b')],
    ['target and Host disagree', head('http://a/', 'Host: b')],
    ['Host pretends to be a component', head('/', 'Host: cart.spin.internal')],
    ['Host pretends to be a component with a port', head('/', 'Host: Cart.Spin.Internal:80')],
  ] as const) {
    test(`is not known when ${title}: the connection is dropped`, async t => {
      assert.equal(await asRead(t, text), undefined);
    });
  }
});

test('headers keep their order and their bytes, with names in lower case', async t => {
  const read = await asRead(t, head('/', 'Host: test', 'X-B: 1', 'x-a: \xe9', 'X-B: 2'));
  assert.deepEqual(
    read?.headers.map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
    [
      ['host', 'test'],
      ['x-b', '1'],
      ['x-a', '\xe9'],
      ['x-b', '2'],
    ],
  );
});

test('the target is neither decoded nor normalised', async t => {
  assert.equal((await asRead(t, head('/a/../%2e//b%20?', 'Host: test')))?.target, '/a/../%2e//b%20?');
});

test('the client is named by address and port', async t => {
  const read = Promise.withResolvers<HttpRequest>();
  const wire = await wireTo(t, async got => read.resolve(got));
  wire.send(request());
  assert.equal((await read.promise).clientAddress, `127.0.0.1:${wire.socket.localPort}`);
});

test('an IPv6 client is named with brackets', async t => {
  const read = Promise.withResolvers<HttpRequest>();
  const server = new HttpServer({ handle: async got => read.resolve(got) });
  t.after(() => server.close(0));
  let port: number;
  try {
    ({ port } = await server.listen({ host: '::1', port: 0 }));
  } catch (error) {
    return t.skip(`this machine has no IPv6: ${String(error)}`);
  }
  const socket = connect(port, '::1').on('error', () => {});
  t.after(() => socket.destroy());
  socket.write(request());
  assert.equal((await read.promise).clientAddress, `[::1]:${socket.localPort}`);
});

suite('a body', () => {
  const post = (...headers: string[]): string => ['POST / HTTP/1.1', 'Host: test', ...headers, '', ''].join('\r\n');
  const drained = (t: TestContext): Promise<{ wire: Wire; got: Promise<unknown>; trailers: () => unknown }> => {
    const got = Promise.withResolvers<unknown>();
    let body: IncomingBody | undefined;
    return wireTo(t, async (given, responder) => {
      ({ body } = given);
      got.resolve(await drain(body));
      responder.answer(emptyAnswer(200));
    }).then(wire => ({ wire, got: got.promise, trailers: () => body?.trailers }));
  };

  test('of a declared length comes whole', async t => {
    const { wire, got } = await drained(t);
    wire.send(`${post('Content-Length: 5')}hello`);
    assert.deepEqual(await got, { text: 'hello', end: 'closed' });
  });

  test('in chunks comes whole, with its trailers', async t => {
    const { wire, got, trailers } = await drained(t);
    wire.send(`${post('Transfer-Encoding: chunked')}2\r\nhe\r\n3\r\nllo\r\n0\r\nX-Sum: 5\r\n\r\n`);
    assert.deepEqual(await got, { text: 'hello', end: 'closed' });
    const end = trailers() as { val: { entries: readonly (readonly [string, Uint8Array])[] } };
    assert.deepEqual(
      end.val.entries.map(([name, value]) => [name, Buffer.from(value).toString()]),
      [['x-sum', '5']],
    );
  });

  test('that was not announced is empty', async t => {
    const { wire, got } = await drained(t);
    wire.send(post());
    assert.deepEqual(await got, { text: '', end: 'closed' });
  });

  test('fails after its last bytes when the client goes away in the middle', async t => {
    const { wire, got } = await drained(t);
    wire.send(`${post('Content-Length: 50')}hello`);
    await once(wire.socket, 'connect');
    wire.socket.end();
    assert.deepEqual(await got, { text: 'hello', end: 'last-operation-failed' });
  });

  test('ends one way or the other when the client goes away before the guest reads', async t => {
    const read = Promise.withResolvers<HttpRequest>();
    const wire = await wireTo(t, async got => {
      read.resolve(got);
      await new Promise(() => {});
    });
    wire.send(`${post('Content-Length: 5')}hello`);
    const { body } = await read.promise;
    wire.socket.destroy();
    await once(wire.socket, 'close');
    for (let rounds = 0; rounds < 5; rounds++) await new Promise(resolve => setImmediate(resolve));
    assert.match((await drain(body)).end, /^(closed|last-operation-failed)$/);
  });

  test('is asked for with 100 Continue when the guest first reads, not before', async t => {
    const reading = Promise.withResolvers<void>();
    const wire = await wireTo(t, async ({ body }, responder) => {
      await reading.promise;
      await drain(body);
      responder.answer(emptyAnswer(200));
    });
    wire.send(post('Content-Length: 5', 'Expect: 100-continue'));
    await new Promise(resolve => setImmediate(resolve));
    assert.equal(wire.received, '');
    reading.resolve();
    assert.equal(await wire.until('\r\n\r\n'), 'HTTP/1.1 100 Continue\r\n\r\n');
    assert.match(await wire.send('hello').until('200 OK'), /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  });

  test('is not asked for any more after the answer', async t => {
    const wire = await wireTo(t, async ({ body }, responder) => {
      responder.answer(emptyAnswer(413));
      void drain(body);
    });
    wire.send(post('Content-Length: 5', 'Expect: 100-continue'));
    assert.doesNotMatch(await wire.closed(), /100 Continue/);
  });
});
