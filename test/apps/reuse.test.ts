// Instances that serve again as they are, as `--max-instance-reuse-count` and its siblings ask for.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { test, type TestContext } from 'node:test';
import { openRequest, responseTo } from './client.ts';
import { reusing, writeCountingGuest } from './counting-guest.ts';
import { probe3Wasm } from './guests.ts';
import { serveApp, type ServedApp } from './served-app.ts';
import { sharedFolder } from './shared-folder.ts';

const folder = sharedFolder();

async function counts(url: string, requests: number): Promise<number[]> {
  const seen: number[] = [];
  for (let left = requests; left > 0; left -= 1) {
    const response = await fetch(`${url}/c`);
    seen.push(new Uint8Array(await response.arrayBuffer())[0] ?? 0);
  }
  return seen;
}

test('an instance serves as often as is asked for, and is not put back in between', async t => {
  const source = await writeCountingGuest(folder);
  const { url } = await serveApp(t, { source }, reusing({ count: 3 }));
  assert.deepEqual(await counts(url, 7), [1, 2, 3, 1, 2, 3, 1]);
});

test('without the flag each request finds an instance in its first state', async t => {
  const source = await writeCountingGuest(folder);
  const { url } = await serveApp(t, { source });
  assert.deepEqual(await counts(url, 3), [1, 1, 1]);
});

test('an instance that trapped serves no more', async t => {
  const source = await writeCountingGuest(folder);
  const { url } = await serveApp(t, { source }, reusing());
  assert.deepEqual(await counts(url, 2), [1, 2]);
  assert.equal((await fetch(`${url}/t`)).status, 500);
  assert.deepEqual(await counts(url, 2), [1, 2]);
});

test('an instance that is idle for too long is let go', async t => {
  const source = await writeCountingGuest(folder);
  const { url } = await serveApp(t, { source }, reusing({ idleMs: 20 }));
  assert.deepEqual(await counts(url, 1), [1]);
  await new Promise(resolve => setTimeout(resolve, 200));
  assert.deepEqual(await counts(url, 1), [1]);
});

interface Echo {
  readonly request: ClientRequest;
  readonly response: IncomingMessage;
}

/** A request to /echo that has had the answer to its first bytes. */
async function openEcho(t: TestContext, { url }: ServedApp, first: string): Promise<Echo> {
  const request = openRequest(t, `${url}/echo`);
  request.write(first);
  const response = await responseTo(request);
  assert.equal(String((await once(response, 'data'))[0]), first);
  return { request, response };
}

async function finishEcho({ request, response }: Echo, last: string): Promise<void> {
  const rest = response.toArray();
  request.end(last);
  assert.equal((await rest).join(''), last);
}

const probe3 = { source: probe3Wasm, component: 'probe3' };

test('requests at once in one instance each get their own', async t => {
  const app = await serveApp(t, probe3, reusing());
  const names = Array.from({ length: 12 }, (_, index) => `request ${index}`);
  const echoes: Echo[] = [];
  for (const name of names) echoes.push(await openEcho(t, app, name));
  for (const index of names.keys().toArray().reverse()) await finishEcho(echoes[index] as Echo, `end of ${names[index]}`);
  await app.idle();
  assert.deepEqual(app.warnings, []);
});

test('a trap ends what its instance does, and nothing else', async t => {
  const app = await serveApp(t, probe3, reusing({ concurrent: 2 }));
  const [beside, elsewhere] = [await openEcho(t, app, 'one'), await openEcho(t, app, 'two')];
  // The first two share an instance that is full now.
  const third = await openEcho(t, app, 'three');
  const cut = assert.rejects(third.response.toArray());
  await assert.rejects(async () => (await fetch(`${app.url}/trap-after`)).text());
  await cut;
  await finishEcho(beside, 'still there');
  await finishEcho(elsewhere, 'so am I');
  await app.idle();
  assert.match(app.warnings.join('\n'), /trapped on GET \/trap-after/);
  assert.match(app.warnings.join('\n'), /\/echo: another invocation trapped in the instance that it shares/);
});

test('a client that leaves, and a request that is over its time, disturb nobody in their instance', async t => {
  const app = await serveApp(t, probe3, { instances: { ...reusing().instances, requestTimeoutMs: 1500 } });
  const slow = await openEcho(t, app, 'slow');
  const leaving = await openEcho(t, app, 'leaving');
  leaving.request.destroy();
  await new Promise(resolve => setTimeout(resolve, 700));
  const beside = await openEcho(t, app, 'beside');
  await assert.rejects(slow.response.toArray());
  await finishEcho(beside, 'still there');
  await app.idle();
  assert.match(app.warnings.join('\n'), /\/echo.*(took|time|deadline)/);
});

test('instances with plain bindings are not reused', async t => {
  const source = await writeCountingGuest(folder);
  const { instances } = reusing();
  const { url } = await serveApp(t, { source }, { instances: { ...instances, bindings: 'plain' } });
  assert.deepEqual(await counts(url, 2), [1, 1]);
});
