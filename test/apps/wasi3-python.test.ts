// A Python guest of SDK 5 uses files and sockets of WASI 0.3 in both versions that it imports, and a mounted file by `open`.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { echo, tcpServer, udpServer } from '../host/wasi-sockets/servers.ts';
import { wasi3PythonWasm } from './guests.ts';
import { serveApp } from './served-app.ts';

const long = Array.from({ length: 3000 }, (_, index) => `line ${index}\n`).join('');
const lines = [
  'files = [{ source = "assets", destination = "/" }]',
  'allowed_outbound_hosts = ["tcp://127.0.0.1:*", "udp://127.0.0.1:*", "udp://0.0.0.0:0"]',
];

for (const bindings of ['fast', 'plain'] as const) {
  test(`a Python guest reads and writes files, and talks to servers, with ${bindings} bindings`, async t => {
    const files = { 'assets/long.txt': long, 'assets/dir/inner.txt': '' };
    const app = { source: wasi3PythonWasm(), component: 'wasi3-python', files, lines };
    const { url } = await serveApp(t, app, { instances: { bindings }, allowTransientWrite: true });
    const said = async (path: string, body?: string): Promise<string> =>
      (await fetch(`${url}${path}`, body === undefined ? {} : { method: 'POST', body })).text();

    assert.equal(await said('/open/file/long.txt'), long);
    for (const version of ['final', 'candidate']) {
      assert.equal(await said(`/${version}/read/long.txt`), long);
      assert.match(await said(`/${version}/list/dir`), /^inner\.txt DescriptorType_RegularFile/);
      assert.equal(await said(`/${version}/read/missing`), 'ErrorCode_NoEntry');
      assert.equal(await said(`/${version}/write/dir/new.txt`, long), `${long.length} Ok`);
      assert.equal(await said(`/${version}/read/dir/new.txt`), long);
      const port = await tcpServer(t, echo);
      assert.equal(await said(`/${version}/tcp/127.0.0.1/${port}`, long), long);
      assert.equal(await said(`/${version}/tcp/127.0.0.2/${port}`, long), 'ErrorCode_AccessDenied');
      const udp = await udpServer(t, data => Buffer.concat([Buffer.from('re: '), data]));
      assert.equal(await said(`/${version}/udp/127.0.0.1/${udp}`, 'hello'), 're: hello');
    }
  });
}
