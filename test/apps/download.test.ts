// A component that is downloaded, and a Wasm file without a manifest: both with real guests (spin-behaviour 1.7, 5.1).
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';
import { probeWasm } from './guests.ts';
import { serveApp } from './served-app.ts';
import { tspinUp } from './tspin-process.ts';

for (const bindings of ['fast', 'plain'] as const) {
  test(`runs a component that is downloaded, and the next time without the server, with ${bindings} bindings`, async t => {
    const bytes = readFileSync(probeWasm);
    const server = createServer((_, response) => response.end(bytes)).listen(0, '127.0.0.1');
    t.after(() => server.close());
    await once(server, 'listening');
    const digest = createHash('sha256').update(bytes).digest('hex');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/probe.wasm`;
    const manifest = `spin_manifest_version = 2
[application]
name = "downloaded"
[[trigger.http]]
route = "/..."
component = "probe"
[component.probe]
source = { url = "${url}", digest = "sha256:${digest.toUpperCase()}" }
environment = { A = "1" }
`;
    const cacheDirectory = temporaryFolder(t);
    const options = { cacheDirectory, instances: { bindings } };
    const first = await serveApp(t, { manifest }, options);
    assert.match(await (await fetch(`${first.url}/env`)).text(), /^A=1$/m);
    assert.deepEqual(readdirSync(join(cacheDirectory, 'registry/wasm')), [`sha256_${digest}`]);
    server.close();
    server.closeAllConnections();
    const second = await serveApp(t, { manifest }, options);
    assert.match(await (await fetch(`${second.url}/env`)).text(), /^A=1$/m);
  });
}

test('runs a Wasm file without a manifest: named after the file, on every path, and nothing is left beside it', async t => {
  const folder = temporaryFolder(t);
  cpSync(probeWasm, join(folder, 'my probe.wasm'));
  const tspin = await tspinUp(t, ['-f', 'my probe.wasm'], { cwd: folder });
  assert.match(await (await fetch(`${tspin.url}/env`)).text(), /^args: 0$/m);
  const info = (await (await fetch(`${tspin.url}/.well-known/spin/info`)).json()) as { name: string };
  assert.equal(info.name, 'my probe');
  assert.equal(await (await fetch(`${tspin.url}/kv/default/get?key=a`)).text(), 'AccessDenied');
  assert.equal(await tspin.stop(), 0);
  assert.match(tspin.stdout, /^ {2}http-trigger1-component: http:\/\/127\.0\.0\.1:\d+ \(wildcard\)$/m);
  assert.equal(tspin.stderr.includes('Logging component stdio'), false);
  assert.ok(!existsSync(join(folder, '.spin')));
});
