// Outbound requests of wasi:http 0.2 against real servers.
import assert from 'node:assert/strict';
import { createSecureServer, createServer as createHttp2Server } from 'node:http2';
import { test, type TestContext } from 'node:test';
import { httpTypes } from '../../../src/host/wasi-http/declarations.ts';
import { wasiHttpTypes } from '../../../src/host/wasi-http/wasi-http.ts';
import { untilReady } from '../../../src/host/io/wait.ts';
import { bootHost } from '../harness.ts';
import {
  answerOf,
  begin,
  bodyOf,
  bootOutbound,
  certificate,
  httpServer,
  listening,
  outgoing,
  readAll,
  response,
  tlsFiles,
  trusting,
} from './servers.ts';

test('a request goes out as the guest made it, and its response comes back', async t => {
  const port = await httpServer(t, (request, reply) => {
    reply.writeHead(201, {
      'x-seen': `${request.method} ${request.url} ${String(request.headers['x-mine'])} ${request.headers.host}`,
    });
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
  assert.deepEqual(JSON.parse((await readAll(bodyOf(answer.val))) as string), {
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

test("headers of the connection are not the guest's", async t => {
  const port = await httpServer(
    t,
    (_, reply) => void reply.writeHead(200, { 'x-a': 'b', connection: 'keep-alive' }).write('chunked'),
  );
  const { headers } = await response(await bootOutbound(t), `http://127.0.0.1:${port}/`);
  assert.deepEqual(headers.entries.map(([name]) => name).toSorted(), ['date', 'x-a']);
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

test('HTTP/2 is spoken without TLS with the one server that is known to have it', async t => {
  const server = createHttp2Server((request, reply) => {
    reply.setHeader('x-version', request.httpVersion);
    request.pipe(reply);
  });
  const port = await listening(t, server);
  const plain = await httpServer(t, (request, reply) => reply.end(request.httpVersion));
  const booted = await bootOutbound(t, { outbound: { http2Authority: `localhost:${port}` } });
  const request = outgoing(`http://localhost:${port}/`, { method: 'POST' });
  const taken = request.body();
  assert(taken.tag === 'ok');
  const future = begin(booted, request);
  taken.val.write(Buffer.from('ping'));
  taken.val.finish(undefined);
  const answer = await answerOf(future);
  assert(answer.tag === 'ok', JSON.stringify(answer));
  assert.equal(Buffer.from(answer.val.headers.get('x-version')[0] ?? []).toString(), '2.0');
  assert.equal(await readAll(bodyOf(answer.val)), 'ping');
  const other = await response(booted, `http://localhost:${plain}/`);
  assert.equal(await readAll(bodyOf(other)), '1.1');
});

test('a server that is wrongly said to have HTTP/2 is a failure, and the invocation goes on', async t => {
  const port = await httpServer(t, (_, reply) => reply.end('1.1'));
  const booted = await bootOutbound(t, { outbound: { http2Authority: `127.0.0.1:${port}` } });
  const answer = await answerOf(begin(booted, outgoing(`http://127.0.0.1:${port}/`)));
  assert.equal(answer.tag, 'err');
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

test('trailers that the guest does not wait for are let go, with what comes before them', async t => {
  const { port, gone } = await serverThatSeesItsClientGo(t);
  const types = await bootHost(wasiHttpTypes());
  const trailers = bodyOf(await response(await bootOutbound(t), `http://127.0.0.1:${port}/head`)).finish();
  types.drop(httpTypes, 'future-trailers', trailers);
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
