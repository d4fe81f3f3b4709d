// Downloads of `source = { url, digest }` from a server of the test: what is kept, what is checked, and what is said when it fails.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Component } from '../../src/app/app.ts';
import { formatError, TspinError } from '../../src/errors.ts';
import { fetchSources, type FetchLimits } from '../../src/runtime/fetch-sources.ts';
import type { LoadProgress } from '../../src/runtime/prepare-components.ts';
import { stubComponent } from '../host/harness.ts';
import { assertGolden } from '../golden.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const content = Buffer.from('the bytes of a component');
const right = `sha256:${createHash('sha256').update(content).digest('hex')}`;
const at = { file: 'spin.toml', line: 11, column: 10, length: 7, text: 'source = { url = "…", digest = "sha256:…" }' };

interface Place {
  readonly folder: string;
  readonly path: string;
  readonly url: string;
  /** Requests that the server got. */
  readonly asked: string[];
  readonly events: LoadProgress[];
  readonly fetch: (digest?: string, limits?: Partial<FetchLimits>) => Promise<void>;
}

async function place(t: TestContext, answer: RequestListener): Promise<Place> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  }).listen(0, '127.0.0.1');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  const folder = join(temporaryFolder(t), 'registry/wasm');
  const path = join(folder, 'kept');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/cart.wasm`;
  const events: LoadProgress[] = [];
  const fetch: Place['fetch'] = (digest = right, limits = {}) => {
    const component: Component = { ...stubComponent({ id: 'cart' }, 0), source: { path, at, download: { url, digest } } };
    return fetchSources([component], { progress: event => events.push(event), limits });
  };
  return { folder, path, url, asked, events, fetch };
}

const whole: RequestListener = (_, response) => response.end(content);

test('downloads once, and keeps what it got', async t => {
  const { fetch, path, folder, asked } = await place(t, whole);
  await fetch();
  await fetch();
  assert.deepEqual(readFileSync(path), content);
  assert.deepEqual(readdirSync(folder), ['kept']);
  assert.equal(asked.length, 1);
});

test('what was damaged in the cache is downloaded again', async t => {
  const { fetch, path, folder, asked } = await place(t, whole);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, 'half of it');
  await fetch();
  assert.deepEqual(readFileSync(path), content);
  assert.equal(asked.length, 1);
});

test('follows redirects, as downloads of releases need it', async t => {
  const { fetch, path, asked } = await place(t, (request, response) => {
    if (request.url === '/elsewhere') return response.end(content);
    return response.writeHead(302, { location: '/elsewhere' }).end();
  });
  await fetch();
  assert.deepEqual(asked, ['/cart.wasm', '/elsewhere']);
  assert.ok(existsSync(path));
});

test('what takes more than a second is told', async t => {
  const { fetch, events, url } = await place(t, (_, response) => {
    response.flushHeaders();
    setTimeout(() => response.end(content), 1300);
  });
  await fetch();
  assert.deepEqual(events, [
    { kind: 'downloading', component: 'cart', url },
    { kind: 'downloaded', component: 'cart' },
  ]);
});

test('removes what a killed process left half, and not what another one is just writing', async t => {
  const { fetch, folder } = await place(t, whole);
  mkdirSync(folder, { recursive: true });
  for (const name of ['.partial-old', '.partial-new']) writeFileSync(join(folder, name), 'half');
  utimesSync(join(folder, '.partial-old'), 0, 0);
  await fetch();
  assert.deepEqual(readdirSync(folder).toSorted(), ['.partial-new', 'kept']);
});

interface Mistake {
  readonly name: string;
  readonly answer: RequestListener;
  readonly digest?: string;
  readonly limits?: Partial<FetchLimits>;
}

const mistakes: readonly Mistake[] = [
  { name: 'digest', answer: whole, digest: `sha256:${'0'.repeat(64)}` },
  { name: 'not-found', answer: (_, response) => response.writeHead(404).end('no such thing') },
  { name: 'too-large', answer: whole, limits: { bytesMax: 10 } },
  { name: 'cut-off', answer: (request, response) => response.write('half', () => request.socket.destroy()) },
  { name: 'silent', answer: (_, response) => response.write('half'), limits: { silenceMs: 100 } },
  { name: 'too-slow', answer: (_, response) => response.write('half'), limits: { totalMs: 200 } },
];

for (const { name, answer, digest, limits } of mistakes) {
  test(`says what is wrong with a download, and keeps nothing: ${name}`, async t => {
    const { fetch, folder, url } = await place(t, answer);
    await assertMistake(name, url, () => fetch(digest, limits));
    assert.deepEqual(readdirSync(folder), []);
  });
}

test('says that the server is away', async t => {
  const folder = temporaryFolder(t);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const away = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/cart.wasm`);
  // Nobody listens there from now on.
  server.close();
  const source = { path: join(folder, 'kept'), at, download: { url: away.href, digest: right } };
  await assertMistake('away', away.href, () =>
    fetchSources([{ ...stubComponent({ id: 'cart' }, 0), source }], { progress: () => {} }),
  );
});

test('says that it cannot be kept', async t => {
  const { fetch, folder, url } = await place(t, whole);
  mkdirSync(join(folder, '..'), { recursive: true });
  writeFileSync(folder, 'a file');
  chmodSync(folder, 0o600);
  await assertMistake('not-kept', url, () => fetch(), folder);
});

async function assertMistake(name: string, url: string, run: () => Promise<void>, folder = '<none>'): Promise<void> {
  await assert.rejects(run, error => {
    assert.ok(error instanceof TspinError, String(error));
    const text = formatError(error).replaceAll(url, '<url>').replaceAll(folder, '<folder>');
    assertGolden(`download/${name}.txt`, `${text}\n`);
    return true;
  });
}
