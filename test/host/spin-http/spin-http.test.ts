// fermyon:spin/http against real servers.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { spinHttp, type SpinRequest } from '../../../src/host/spin-http/declarations.ts';
import { redirected, type Hop } from '../../../src/host/spin-http/redirect.ts';
import { Fields } from '../../../src/host/wasi-http/fields.ts';
import { bootOutbound, httpServer, tcpServer } from '../outbound-http/servers.ts';

async function send(t: TestContext, request: Partial<SpinRequest> & { uri: string }, hosts = ['*://*:*']) {
  const { functions } = await bootOutbound(t, { hosts });
  return functions(spinHttp)['send-request']({ method: 'get', headers: [], params: [], body: undefined, ...request });
}

test('a request goes out whole, and the response comes back whole', async t => {
  const port = await httpServer(t, (request, reply) => {
    const { 'content-length': length, 'x-a': a } = request.headers;
    reply.writeHead(201, { 'x-seen': `${request.method} ${request.url} ${length} ${String(a)}`, 'x-latin': 'é' });
    request.pipe(reply);
  });
  const body = Buffer.alloc(300_000, 'x');
  const answer = await send(t, {
    uri: `http://127.0.0.1:${port}/a?b`,
    method: 'post',
    headers: [
      ['X-A', '1'],
      ['host', 'x'],
    ],
    body,
  });
  assert(answer.tag === 'ok');
  assert.equal(answer.val.status, 201);
  const headers = new Map(answer.val.headers);
  assert.equal(headers.get('x-seen'), 'POST /a?b undefined 1');
  assert.equal(headers.has('x-latin'), false);
  assert.deepEqual(Buffer.from(answer.val.body ?? []), body);
});

test('redirects are followed, ten of them', async t => {
  const port = await httpServer(t, (request, reply) => {
    const left = Number(request.url?.slice(1));
    if (left > 0) reply.writeHead(302, { location: `/${left - 1}` }).end('moved');
    else reply.end(`here by ${request.method}`);
  });
  const answer = await send(t, { uri: `http://127.0.0.1:${port}/10`, method: 'post', body: Buffer.from('x') });
  assert(answer.tag === 'ok');
  assert.equal(Buffer.from(answer.val.body ?? []).toString(), 'here by GET');
  assert.deepEqual(await send(t, { uri: `http://127.0.0.1:${port}/11` }), { tag: 'err', val: 'request-error' });
});

test('a redirect leads to allowed hosts only', async t => {
  const port = await httpServer(t, (_, reply) => reply.writeHead(302, { location: 'http://example.com/' }).end());
  const answer = await send(t, { uri: `http://127.0.0.1:${port}/` }, [`http://127.0.0.1:${port}`]);
  assert.deepEqual(answer, { tag: 'err', val: 'destination-not-allowed' });
});

test('a body that breaks off is an error', async t => {
  const port = await httpServer(t, (request, reply) => {
    reply.write('half');
    setTimeout(() => request.socket.destroy(), 20);
  });
  assert.deepEqual(await send(t, { uri: `http://127.0.0.1:${port}/` }), { tag: 'err', val: 'runtime-error' });
});

test('a body above 128 MiB is an error, and is not read to its end', async t => {
  let written = 0;
  const port = await httpServer(t, (_, reply) => {
    const piece = Buffer.alloc(1024 * 1024);
    const push = (): void => {
      while (!reply.destroyed && written < 1024) {
        written += 1;
        if (!reply.write(piece)) return void reply.once('drain', push);
      }
    };
    push();
  });
  assert.deepEqual(await send(t, { uri: `http://127.0.0.1:${port}/` }), { tag: 'err', val: 'runtime-error' });
  assert(written < 512, `${written} MiB were written`);
});

const errors: readonly (readonly [string, string, string])[] = [
  ['no URL', 'nonsense', 'invalid-url'],
  ['a URL of another scheme', 'ftp://example.com/', 'request-error'],
  ['a user in the URL', 'http://a:b@127.0.0.1/', 'invalid-url'],
  ['a name that DNS does not have', 'http://no-such-host.invalid/', 'request-error'],
];
for (const [what, uri, error] of errors) {
  test(`${what} is ${error}`, async t => assert.deepEqual(await send(t, { uri }), { tag: 'err', val: error }));
}

test('a host that is not allowed is destination-not-allowed', async t => {
  assert.deepEqual(await send(t, { uri: 'http://127.0.0.1:1/' }, []), { tag: 'err', val: 'destination-not-allowed' });
});

test('a connection that breaks is request-error', async t => {
  const port = await tcpServer(t, socket => socket.destroy());
  assert.deepEqual(await send(t, { uri: `http://127.0.0.1:${port}/` }), { tag: 'err', val: 'request-error' });
});

test('more requests at once than there may be are too-many-requests', async t => {
  const port = await tcpServer(t, () => {});
  const { functions, end } = await bootOutbound(t);
  const request: SpinRequest = { method: 'get', uri: `http://127.0.0.1:${port}/`, headers: [], params: [], body: undefined };
  const waiting = Array.from({ length: 256 }, async () => functions(spinHttp)['send-request'](request));
  assert.deepEqual(await functions(spinHttp)['send-request'](request), { tag: 'err', val: 'too-many-requests' });
  end();
  const answers = await Promise.all(waiting);
  assert.ok(answers.every(({ tag }) => tag === 'err'));
});

const hop: Hop = {
  method: 'POST',
  scheme: 'https',
  authority: 'a.test',
  target: '/x/y?q',
  headers: [
    ['authorization', Buffer.from('secret')],
    ['content-type', Buffer.from('text/plain')],
    ['accept', Buffer.from('*/*')],
  ],
  body: Buffer.from('body'),
};
const to = (status: number, location: string, from: Partial<Hop> = {}) =>
  redirected({ ...hop, ...from }, { status, headers: Fields.received([['location', Buffer.from(location)]]) });
const names = (next: Hop | undefined) => next?.headers.map(([name]) => name);

test('what a redirect makes of a request', () => {
  assert.deepEqual(
    [to(307, '../z')?.target, to(307, '../z')?.method, names(to(307, '../z'))],
    ['/z', 'POST', ['authorization', 'content-type', 'accept']],
  );
  assert.deepEqual(to(302, '/')?.method, 'GET');
  assert.deepEqual(to(302, '/')?.body, undefined);
  assert.deepEqual(names(to(303, '/')), ['authorization', 'accept']);
  assert.deepEqual(to(302, '/', { method: 'PUT' })?.method, 'PUT');
  assert.deepEqual(to(303, '/', { method: 'HEAD' })?.method, 'HEAD');
  assert.deepEqual(names(to(308, 'https://b.test/')), ['content-type', 'accept']);
  assert.deepEqual(names(to(308, 'http://a.test/')), ['content-type', 'accept']);
  assert.deepEqual(to(302, '/there', { authority: undefined, scheme: 'http' })?.authority, undefined);
  assert.equal(to(304, '/'), undefined);
  assert.equal(to(200, '/'), undefined);
  assert.equal(to(302, 'http://['), undefined);
});
