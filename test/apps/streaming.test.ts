// Bodies that stream: without one request waiting for another, without being kept in memory, and with clients that leave.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { countBytes, openRequest, responseTo, upload } from './client.ts';
import { appFolder } from './guests.ts';
import { testEveryWay } from './matrix.ts';
import { serveApp } from './served-app.ts';
import { tspinUp } from './tspin-process.ts';

// jco's bindings make an instance for each request, which takes its time (ADR 004).
const fast = { instances: { bindings: 'fast' } } as const;
const trickled = '200 requests that trickle their bodies take about as long as one';
testEveryWay(
  trickled,
  async ({ send }) => {
    const trickle = async (): Promise<string> => (await send('/trickle?ms=2000&n=10')).text();
    const whole = Array.from({ length: 10 }, (_, index) => `chunk ${index + 1}\n`).join('');
    const ms = async (requests: number): Promise<number> => {
      const began = performance.now();
      const bodies = await Promise.all(Array.from({ length: requests }, trickle));
      assert.ok(bodies.every(body => body === whole));
      return performance.now() - began;
    };
    const one = await ms(1);
    const all = await ms(200);
    assert.ok(all / one < 2.5, `one took ${one.toFixed(0)} ms, 200 took ${all.toFixed(0)} ms`);
  },
  fast,
);

for (const route of ['/echo', '/splice']) {
  test(`400 MiB to ${route} come back while memory grows by less than 150 MB`, async t => {
    const app = await tspinUp(t, ['-f', appFolder(t), '--state-dir', '']);
    // What one request costs whatever it carries is not what is measured.
    await responseTo(openRequest(t, `${app.url}/count`, 'GET').end());
    const before = app.memory().nowMb;
    const request = openRequest(t, `${app.url}${route}`);
    const sent = upload(request, 400);
    const bytes = await countBytes(await responseTo(request));
    await sent;
    assert.equal(bytes, 400 * 1024 * 1024);
    const grownMb = app.memory().highestMb - before;
    assert.ok(grownMb < 150, `grew by ${grownMb.toFixed(0)} MB`);
    assert.equal(await app.stop(), 0);
  });
}

testEveryWay('a body goes through the guest unchanged, chunk by chunk', async ({ send }) => {
  const bytes = Buffer.from(Uint8Array.from({ length: 1_000_003 }, (_, index) => index % 253));
  for (const route of ['/echo', '/splice']) {
    const response = await send(route, { method: 'POST', body: bytes, headers: { 'content-type': 'application/x-odd' } });
    assert.equal(response.headers.get('content-type'), 'application/x-odd');
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytes);
  }
});

test('a guest gets what the client has sent before the client has sent all', async t => {
  const { url } = await serveApp(t);
  const request = openRequest(t, `${url}/echo`);
  request.write('first');
  const chunks = (await responseTo(request))[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const next = async (): Promise<string | undefined> => (await chunks.next()).value?.toString() as string | undefined;
  assert.equal(await next(), 'first');
  request.end('second');
  assert.equal(await next(), 'second');
  assert.equal(await next(), undefined);
});

test('a guest is held while its client does not read, and goes on when it does', async t => {
  const app = await tspinUp(t, ['-f', appFolder(t), '--state-dir', '']);
  const before = app.memory().nowMb;
  // A response that nobody reads: its socket is paused.
  const response = await responseTo(openRequest(t, `${app.url}/big?bytes=200000000`, 'GET').end());
  // Other requests are answered meanwhile, so the guest has had every chance to run ahead.
  for (let round = 0; round < 100; round++) assert.equal(await (await fetch(`${app.url}/count`)).text(), '1');
  const heldMb = app.memory().highestMb - before;
  assert.ok(heldMb < 100, `grew by ${heldMb.toFixed(0)} MB`);
  assert.equal(await countBytes(response), 200_000_000);
  assert.equal(await app.stop(), 0);
});

test('a client is held while the guest does not read', async t => {
  const { url, loaded } = await serveApp(t);
  const request = openRequest(t, `${url}/sleep?ms=3600000`);
  const chunk = Buffer.alloc(1024 * 1024);
  // Sockets hold some megabytes; what does not fit there stays with the client.
  for (let sent = 0; sent < 64; sent++) request.write(chunk);
  while (loaded.instances === 0) await fetch(`${url}/.well-known/spin/health`);
  // Other requests are answered meanwhile, so the server has had every chance to read on.
  for (let round = 0; round < 50; round++) await (await fetch(`${url}/count`)).text();
  assert.ok(request.writableLength > 32 * 1024 * 1024, `${request.writableLength} bytes are still with the client`);
});

// --- clients that leave ---

test('a client that leaves during its upload frees the instance, and the guest is told', async t => {
  const { url, idle, printed, loaded } = await serveApp(t);
  const request = openRequest(t, `${url}/echo`);
  request.write('begin');
  await once(await responseTo(request), 'data');
  assert.equal(loaded.instances, 1);
  request.destroy();
  await idle();
  assert.equal(loaded.instances, 0);
  assert.match(
    printed('stderr'),
    /the client stopped sending: .*connection-terminated|the client stopped sending: .*ConnectionTerminated/,
  );
});

test('a client that leaves during its upload, before a response, frees the instance', async t => {
  const { url, idle, loaded, invocations } = await serveApp(t);
  const request = openRequest(t, `${url}/upload`);
  request.write('begin');
  while (loaded.instances === 0) await fetch(`${url}/.well-known/spin/health`);
  request.destroy();
  await idle();
  assert.equal(loaded.instances, 0);
  assert.equal(invocations[0]?.outcome.kind, 'returned');
});

test('a client that leaves during its download frees the instance, and the guest is told', async t => {
  const { url, idle, printed, loaded } = await serveApp(t);
  const response = await responseTo(openRequest(t, `${url}/big?bytes=1000000000`, 'GET').end());
  await once(response, 'data');
  assert.equal(loaded.instances, 1);
  response.destroy();
  await idle();
  assert.equal(loaded.instances, 0);
  assert.match(printed('stderr'), /the client stopped reading after \d+ bytes/);
});

test('a caller of fetch that cancels the body frees the instance, and the guest is told', async t => {
  const { loaded, idle, printed } = await serveApp(t);
  const response = await loaded.fetch(new Request('http://x/big?bytes=1000000000'));
  await response.body?.cancel();
  await idle();
  assert.equal(loaded.instances, 0);
  assert.match(printed('stderr'), /the client stopped reading after \d+ bytes/);
});

test('a caller of fetch that aborts its request gets its own reason, and the instance is freed', async t => {
  const { loaded, idle } = await serveApp(t);
  const upload = new AbortController();
  const never = new ReadableStream<Uint8Array>({ start: controller => controller.enqueue(Buffer.from('begin')) });
  const request = new Request('http://x/upload', {
    method: 'POST',
    body: never,
    duplex: 'half',
    signal: upload.signal,
  } as RequestInit);
  const answer = loaded.fetch(request);
  upload.abort(new Error('changed my mind'));
  await assert.rejects(answer, /changed my mind/);
  await idle();
  assert.equal(loaded.instances, 0);
});

test('500 clients that leave leave no instance behind', async t => {
  const { url, idle, loaded } = await serveApp(t);
  const left = Array.from({ length: 500 }, async () => {
    const response = await responseTo(openRequest(t, `${url}/big?bytes=1000000000`, 'GET').end());
    await once(response, 'data');
    response.destroy();
  });
  await Promise.all(left);
  await idle();
  assert.equal(loaded.instances, 0);
});
