// Nothing of one request is there in the next.
import assert from 'node:assert/strict';
import { Agent, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';
import { responseTo } from './client.ts';
import { appFolder } from './guests.ts';
import { testEveryWay } from './matrix.ts';
import { serveApp } from './served-app.ts';
import { tspinUp } from './tspin-process.ts';

testEveryWay('a guest that counts its calls in a global answers 1 every time', async ({ send }) => {
  for (let round = 0; round < 20; round++) assert.equal(await (await send('/count')).text(), '1');
});

/** Answers of so many requests to /count, over as many connections as there are at most. */
async function count(url: string, requests: number, connections: number): Promise<ReadonlySet<string>> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const one = async (): Promise<string> => text(await responseTo(httpRequest(`${url}/count`, { agent }).end()));
  const answers = await Promise.all(Array.from({ length: requests }, one));
  agent.destroy();
  return new Set(answers);
}

test('2,000 requests over 64 connections each find a fresh guest, and leave no instance', async t => {
  const { url, loaded, invocations, idle } = await serveApp(t);
  assert.deepEqual(await count(url, 2000, 64), new Set(['1']));
  await idle();
  assert.deepEqual([invocations.length, loaded.instances], [2000, 0]);
});

test('memory does not grow with the number of requests', async t => {
  const app = await tspinUp(t, ['-f', appFolder(t), '--state-dir', '']);
  // The first round shows how high memory goes between two collections.
  await count(app.url, 1000, 64);
  const afterFirst = app.memory().highestMb;
  for (let round = 0; round < 3; round++) assert.deepEqual(await count(app.url, 1000, 64), new Set(['1']));
  const afterAll = app.memory().highestMb;
  assert.ok(
    afterAll / afterFirst < 1.5,
    `${afterFirst.toFixed(0)} MB after 1,000 requests, ${afterAll.toFixed(0)} MB after 4,000`,
  );
  assert.equal(await app.stop(), 0);
});

testEveryWay('randomness is new in every request', async ({ send }) => {
  const seen = new Set<string>();
  for (let round = 0; round < 10; round++) seen.add(await (await send('/random?n=16')).text());
  assert.equal(seen.size, 10);
});

test('two apps in one process share nothing', async t => {
  const [one, other] = [
    await serveApp(
      t,
      { lines: ['environment = { NAME = "one" }'] },
      { stateDirectory: temporaryFolder(t), initialKeyValues: [['key', 'of one']] },
    ),
    await serveApp(t, { lines: ['environment = { NAME = "other" }'] }, { stateDirectory: temporaryFolder(t) }),
  ];
  const get = async (url: string, path: string): Promise<string> => (await fetch(`${url}${path}`)).text();
  assert.equal(await get(one.url, '/env'), 'NAME=one\nargs: 0\n');
  assert.equal(await get(other.url, '/env'), 'NAME=other\nargs: 0\n');
  assert.equal(await get(one.url, '/kv/default/keys'), 'key');
  assert.equal(await get(other.url, '/kv/default/keys'), '');
  await get(other.url, '/print?out=only+other');
  assert.deepEqual([one.printed('stdout'), other.printed('stdout')], ['', 'only other\n']);
  await one.idle();
  const counted = [one.invocations.length, other.invocations.length];
  await one.loaded.close();
  assert.equal(await get(other.url, '/count'), '1');
  await other.idle();
  assert.deepEqual([counted[0], one.invocations.length, other.invocations.length], [2, 2, 4]);
});
