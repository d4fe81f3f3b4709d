// HTTPS: both protocols by what client and server agree on, in workers too.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { loadApp } from '../../src/index.ts';
import { appFolder, componentCache, probe3Wasm, repository } from './guests.ts';
import { answerOf, openHttp2 } from './http2-client.ts';
import { RawConnection } from './raw-connection.ts';
import { tspinUp } from './tspin-process.ts';

const file = (name: string): string => join(repository, 'test/tls', name);
const tls = { cert: file('cert.pem'), key: file('key.pem') };
const ca = readFileSync(tls.cert, 'utf8');
const run = promisify(execFile);

interface Told {
  readonly scheme: string;
  readonly headers: readonly (readonly [string, string])[];
}
const fullUrl = ({ headers }: Told): string | undefined => headers.find(([name]) => name === 'spin-full-url')?.[1];

async function overHttp1(url: string, options: RequestOptions = {}): Promise<string> {
  const request = httpsRequest(url, { ca, agent: false, ...options }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return text(response);
}

for (const workers of [0, 1, 2]) {
  test(`HTTPS is HTTP/1 and HTTP/2 by ALPN, on ${workers} workers`, async t => {
    const folder = appFolder(t);
    const warnings: string[] = [];
    await using app = await loadApp({
      from: folder,
      stateDirectory: '',
      cacheDirectory: componentCache,
      workers,
      onWarning: text => void warnings.push(text),
    });
    const { url, port } = await app.listen({ port: 0, tls });
    assert.equal(url, `https://127.0.0.1:${port}`);
    const first = JSON.parse(await overHttp1(`${url}/request?a`)) as Told;
    // Spin tells 0.2 guests http even under TLS (spin-behaviour 2.3).
    assert.deepEqual([first.scheme, fullUrl(first)], ['http', `${url}/request?a`]);
    const session = openHttp2(t, url, ca);
    const answer = await answerOf(session.request({ ':path': '/request?a' }));
    const second = JSON.parse(answer.body.toString()) as Told;
    assert.deepEqual([second.scheme, fullUrl(second)], ['http', `${url}/request?a`]);
    assert.equal(session.alpnProtocol, 'h2');
    session.destroy();
    assert.deepEqual(warnings, []);
  });
}

test('a guest of WASI 0.3 is told https', async t => {
  await using app = await loadApp({
    from: appFolder(t, { source: probe3Wasm }),
    stateDirectory: '',
    cacheDirectory: componentCache,
  });
  const { url } = await app.listen({ port: 0, tls });
  assert.match(await overHttp1(`${url}/head`), /^\S+ Some\(\S*Https\)/);
});

test('a client that speaks no TLS is refused, and others are served', async t => {
  await using app = await loadApp({ from: appFolder(t), stateDirectory: '', cacheDirectory: componentCache });
  const { url } = await app.listen({ port: 0, tls });
  await assert.rejects(fetch(url.replace('https', 'http')));
  assert.equal(await overHttp1(`${url}/count`), '1');
});

test('a server that closes does not wait for a handshake', { timeout: 20_000 }, async t => {
  await using app = await loadApp({ from: appFolder(t), stateDirectory: '', cacheDirectory: componentCache });
  const { url } = await app.listen({ port: 0, tls });
  const silent = await RawConnection.open(t, url);
  await app.close({ drainMs: 20 });
  assert.equal((await silent.closed()).byteLength, 0);
});

test('curl: both protocols, with TLS and without', async t => {
  const folder = appFolder(t);
  const curl = async (...words: string[]): Promise<string> =>
    (await run('curl', ['-sS', '--cacert', tls.cert, '--max-time', '20', '-w', ' %{http_version}', ...words])).stdout;
  const secure = await tspinUp(t, [
    '-f',
    folder,
    '--state-dir',
    '',
    '--workers',
    '2',
    '--tls-cert',
    tls.cert,
    '--tls-key',
    tls.key,
  ]);
  assert.match(secure.stdout, /^\nServing https:\/\/127\.0\.0\.1:\d+\nAvailable Routes:\n {2}probe: https:/);
  assert.equal(await curl(`${secure.url}/count`), '1 2');
  assert.equal(await curl('--http1.1', `${secure.url}/count`), '1 1.1');
  assert.equal(await secure.stop(), 0);
  const plain = await tspinUp(t, ['-f', folder, '--state-dir', '', '--workers', '2']);
  assert.equal(await curl('--http2-prior-knowledge', `${plain.url}/count`), '1 2');
  assert.equal(await curl('--http1.1', `${plain.url}/count`), '1 1.1');
  // It asks to upgrade to HTTP/2 first, and is answered as it is.
  assert.equal(await curl('--http2', `${plain.url}/count`), '1 1.1');
  assert.equal(await plain.stop(), 0);
});

test('a certificate that has expired is warned of, and served', async t => {
  const env = { SPIN_TLS_CERT: file('expired-cert.pem'), SPIN_TLS_KEY: tls.key };
  const app = await tspinUp(t, ['-f', appFolder(t), '--state-dir', '', '--workers', '1'], { env });
  assert.match(app.stderr, /^warning: the certificate \S+expired-cert\.pem has expired on 2021-01-01: clients will refuse it$/m);
  await assert.rejects(overHttp1(`${app.url}/count`, { ca: readFileSync(file('expired-cert.pem')) }));
  assert.equal(await overHttp1(`${app.url}/count`, { rejectUnauthorized: false }), '1');
});
