// `tspin up`: where it listens, and what it says of it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { appFolder } from './guests.ts';
import { RawConnection } from './raw-connection.ts';
import { tspinUp } from './tspin-process.ts';

for (const workers of ['1', '2']) {
  test(`--find-free-port takes the next port when one is in use, with ${workers} workers`, async t => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const app = await tspinUp(t, [
      '-f',
      appFolder(t),
      '--state-dir',
      '',
      '--workers',
      workers,
      '--find-free-port',
      '--listen',
      `127.0.0.1:${port}`,
    ]);
    const found = Number(new URL(app.url).port);
    assert.ok(found > port && found < port + 10, `${found} is none of the nine after ${port}`);
    assert.equal(await (await fetch(`${app.url}/count`)).text(), '1');
    assert.equal(await app.stop(), 0);
  });
}

test('--format json prints address and routes in the shape of Spin, and nothing else', async t => {
  const folder = appFolder(t, { routes: ['"/"', '"/a/..."', '"/..."'], lines: ['description = "A probe"'] });
  const app = await tspinUp(t, ['-f', folder, '--state-dir', '', '--format', 'json'], { servingJson: true });
  const { status } = await fetch(`${app.url}/print?out=hello`);
  assert.equal(status, 200);
  assert.equal(await app.stop(), 0);
  const route = (path: string, wildcard: boolean): object => ({ id: 'probe', route: path, wildcard, description: 'A probe' });
  assert.equal(
    app.stdout,
    `${JSON.stringify({ base_url: app.url, routes: [route('/', false), route('/a', true), route('/', true)] }, null, 2)}\n`,
  );
  assert.match(app.stderr, /^hello$/m);
});

test('--http1-max-buf-size is the most that a head may have', async t => {
  const app = await tspinUp(t, ['-f', appFolder(t), '--state-dir', '', '--http1-max-buf-size', '10000']);
  for (const [bytes, status] of [
    [9_000, 200],
    [11_000, 431],
  ] as const) {
    const connection = await RawConnection.open(t, app.url);
    connection.request(['GET /count HTTP/1.1', 'Host: x', `X-Filling: ${'a'.repeat(bytes)}`]);
    assert.equal((await connection.response()).status, status, `${bytes} bytes`);
  }
  assert.equal(await app.stop(), 0);
});
