// An app on several threads: whatever worker a request reaches, it finds what was acknowledged before; and a worker that a guest
// holds for too long is ended and replaced, while the others go on.
import assert from 'node:assert/strict';
import { Agent, request as httpRequest } from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';
import { responseTo } from './client.ts';
import { reusing, writeCountingGuest } from './counting-guest.ts';
import { kvRustWasm } from './guests.ts';
import { writeLoopingGuest } from './looping-guest.ts';
import { serveApp, type ServedApp } from './served-app.ts';
import { sharedFolder } from './shared-folder.ts';

const skip = process.platform === 'linux' ? false : 'several workers share a port on Linux only';
const folder = sharedFolder();

/** A request on a connection of its own, or on the agent's; gives the status and the body. */
async function send(url: string, method: string, body?: string, agent: Agent | false = false): Promise<[number, string]> {
  const response = await responseTo(
    httpRequest(url, { method, agent })
      .on('error', () => {})
      .end(body),
  );
  return [response.statusCode ?? 0, (await buffer(response)).toString()];
}

async function untilReady({ loaded }: ServedApp, workers: number): Promise<void> {
  while (loaded.workers < workers) await delay(20);
}

test('connections are shared out among the workers', { skip }, async t => {
  const source = await writeCountingGuest(folder);
  const app = await serveApp(t, { source }, { workers: 2, ...reusing({ count: 1000 }) });
  await untilReady(app, 2);
  // Each worker has an instance of its own, which counts the requests that it served.
  const counts: number[] = [];
  for (let left = 40; left > 0; left -= 1) counts.push((await send(`${app.url}/c`, 'GET'))[1].charCodeAt(0));
  const highest = Math.max(...counts);
  assert.ok(highest < 40, `one worker served all: ${counts.join(' ')}`);
  assert.deepEqual(
    counts.toSorted((a, b) => a - b),
    [...Array(highest).keys(), ...Array(40 - highest).keys()].map(index => index + 1).toSorted((a, b) => a - b),
  );
});

test('a request finds what was acknowledged before it, in whichever worker', { skip }, async t => {
  const app = await serveApp(t, { source: kvRustWasm, component: 'kv-rust' }, { workers: 2 });
  await untilReady(app, 2);
  const client = async (name: number): Promise<void> => {
    for (let step = 0; step < 30; step += 1) {
      const url = `${app.url}/client-${name}`;
      // Each on a connection of its own.
      assert.deepEqual(await send(url, 'POST', `value ${step}`), [200, '']);
      assert.deepEqual(await send(url, 'GET'), [200, `value ${step}`]);
      if (step % 10 !== 9) continue;
      assert.deepEqual(await send(url, 'DELETE'), [200, '']);
      assert.equal((await send(url, 'GET'))[0], 404);
    }
  };
  await Promise.all(Array.from({ length: 32 }, (_, name) => client(name)));
});

async function appWithLoop(directory: string): Promise<void> {
  const loop = await writeLoopingGuest(folder);
  writeFileSync(
    join(directory, 'spin.toml'),
    `spin_manifest_version = 2
application = { name = "loop", version = "1.0.0" }
[[trigger.http]]
route = "/loop"
component = "loop"
[[trigger.http]]
route = "/..."
component = "kv"
[component.loop]
source = ${JSON.stringify(loop)}
[component.kv]
source = ${JSON.stringify(kvRustWasm)}
key_value_stores = ["default"]
`,
  );
}

// Plain bindings are not instrumented: nothing but the end of its thread stops a guest that loops.
test(
  'a worker that a guest holds is ended and replaced; nothing acknowledged is lost, and the other goes on',
  { skip },
  async t => {
    const from = temporaryFolder(t);
    await appWithLoop(from);
    const app = await serveApp(t, {}, { from, workers: 2, instances: { bindings: 'plain', requestTimeoutMs: 500 } });
    await untilReady(app, 2);
    const agents = Array.from({ length: 12 }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
    t.after(() => agents.forEach(agent => agent.destroy()));
    for (const [name, agent] of agents.entries()) {
      assert.deepEqual(await send(`${app.url}/client-${name}`, 'POST', `value ${name}`, agent), [200, '']);
    }
    const looping = assert.rejects(fetch(`${app.url}/loop`));
    const stop = performance.now() + 5000;
    const failures = await Promise.all(
      agents.map(async (agent, name) => {
        let failed = 0;
        for (; performance.now() < stop; await delay(50)) {
          const answer = await within(2_800, send(`${app.url}/client-${name}`, 'GET', undefined, agent));
          if (!answer) failed += 1;
          else assert.deepEqual(answer, [200, `value ${name}`]);
        }
        return failed;
      }),
    );
    await looping;
    assert.ok(failures.includes(0), `every connection was cut: ${failures.join(' ')}`);
    const told = app.warnings.join('\n');
    assert.match(told, /^worker \d was ended, because for 2\.5 s a guest let nothing else go on there; its connections are cut/m);
    assert.match(told, /at work last: component "loop" on GET \/loop/);
    await untilReady(app, 2);
    for (const name of agents.keys()) assert.deepEqual(await send(`${app.url}/client-${name}`, 'GET'), [200, `value ${name}`]);
  },
);

/** Undefined when it fails, or takes longer. */
const within = <T>(ms: number, promise: Promise<T>): Promise<T | undefined> =>
  Promise.race([promise.catch(() => undefined), delay(ms, undefined, { ref: false })]);
