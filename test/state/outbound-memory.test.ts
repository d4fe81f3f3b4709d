// 1 GiB through a proxy guest, down and up: what goes through is not kept.
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { countBytes, openRequest, responseTo, upload } from '../apps/client.ts';
import { appFolder, proxy3Wasm, proxyWasm, type AppText } from '../apps/guests.ts';
import { tspinUp } from '../apps/tspin-process.ts';

const mebibytes = 1024;
const bytesSent = mebibytes * 1024 * 1024;
/** What one request costs, buffers of both connections among it, and what V8 lets lie until it collects. */
const grownMbMax = 150;

const proxies: readonly (readonly [string, string])[] = [
  ['0.2', proxyWasm],
  ['0.3', proxy3Wasm],
];

for (const [generation, source] of proxies) {
  const app: AppText = { source, component: 'proxy', lines: ['allowed_outbound_hosts = ["http://127.0.0.1:*"]'] };

  test(`1 GiB through a proxy of WASI ${generation}, there and back, while memory grows by less than ${grownMbMax} MB`, async t => {
    const port = await serverOf(t, (request, reply) => void request.pipe(reply));
    const tspin = await tspinUp(t, ['-f', appFolder(t, app), '--state-dir', '']);
    const through = `${tspin.url}/proxy?url=http://127.0.0.1:${port}/`;
    // Also the first request costs something, whatever it carries.
    await responseTo(openRequest(t, through).end('x'));
    const before = tspin.memory().nowMb;
    const request = openRequest(t, through);
    const sent = upload(request, mebibytes);
    const bytes = await countBytes(await responseTo(request));
    await sent;
    assert.equal(bytes, bytesSent);
    const grownMb = tspin.memory().highestMb - before;
    t.diagnostic(`grew by ${grownMb.toFixed(0)} MB`);
    assert.ok(grownMb < grownMbMax, `grew by ${grownMb.toFixed(0)} MB`);
    assert.equal(await tspin.stop(), 0);
  });
}

async function serverOf(t: TestContext, answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
