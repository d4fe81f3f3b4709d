// Guests and clients that take more than they should: each meets a limit, its client is told, the user reads of which component
// and route, and everybody else goes on.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { before, test, type TestContext } from 'node:test';
import { appFolder, componentCache, repository } from './guests.ts';
import { chunkBytes, limitsGuest } from './limits-guest.ts';
import { serveApp, type ServedApp } from './served-app.ts';
import { sharedFolder } from './shared-folder.ts';
import { writeWatGuest } from './wat-guest.ts';
import type { InstanceOptions } from '../../src/index.ts';

const mebibyte = 1024 * 1024;
const folder = sharedFolder();
let source: string;
before(async () => {
  source = await writeWatGuest(folder, limitsGuest);
});

/** The guest twice, so that what one of them does is seen not to touch the other, which answers below /2. */
const serve = (t: TestContext, instances: Partial<InstanceOptions>, more: Parameters<typeof serveApp>[2] = {}) => {
  const other = ['[[trigger.http]]', 'route = "/2/..."', 'component = "other"', '[component.other]', `source = "${source}"`];
  return serveApp(t, { source, lines: other }, { instances, ...more });
};

const text = async (response: Response | Promise<Response>): Promise<string> => (await response).text();

/** That others are served as ever. */
async function fine({ url }: ServedApp): Promise<void> {
  assert.equal(await text(fetch(`${url}/x`)), 'ok');
  assert.equal(await text(fetch(`${url}/2/x`)), 'ok');
}

/** How many bytes this process has more than before. */
function growth(): () => number {
  const before = process.memoryUsage().rss;
  return () => process.memoryUsage().rss - before;
}

const memoryBytesMax = 24 * mebibyte;
const withBindings = (run: (bindings: 'fast' | 'plain') => void): void => {
  run('fast');
  run('plain');
};

withBindings(bindings => {
  const traps: Readonly<Record<string, RegExp>> = {
    '/M': /trapped on GET \/M: unreachable/,
    '/h': /trapped on GET \/h: the guest holds 100000 handles, which is the limit/,
    '/H': /trapped on GET \/H: the host keeps more than 33554432 bytes of headers, bodies and values for it, which is the limit/,
    '/B': /trapped on GET \/B: the host keeps more than 33554432 bytes of headers, bodies and values for it, which is the limit/,
    '/r': /trapped on GET \/r: call stack exhausted/,
  };
  for (const [path, warning] of Object.entries(traps)) {
    test(`${path} is ended with 500, and nobody beside it is, ${bindings} bindings`, async t => {
      const app = await serve(t, { bindings, memoryBytesMax });
      const grown = growth();
      const [ended, ...others] = await Promise.all([fetch(`${app.url}${path}`), ...Array.from({ length: 20 }, () => fine(app))]);
      assert.deepEqual([ended.status, await ended.text(), others.length], [500, '', 20]);
      await app.idle();
      assert.match(app.warnings.join('\n'), /^component "probe" /);
      assert.match(app.warnings.join('\n'), warning);
      assert.equal(grown() < 400 * mebibyte, true, `${grown()} bytes more`);
      await fine(app);
    });
  }

  test(`memory.grow gives -1 at --max-instance-memory, ${bindings} bindings`, async t => {
    const app = await serve(t, { bindings, memoryBytesMax });
    for (let round = 0; round < 3; round += 1) {
      const [response] = await Promise.all([fetch(`${app.url}/m`), fine(app)]);
      const pages = Buffer.from(await response.arrayBuffer()).readUInt32LE();
      assert.equal(pages, memoryBytesMax / 65_536);
    }
    await app.idle();
    const line = `component "probe" on GET /m: its memory may not grow to ${memoryBytesMax + 65_536} bytes: the limit is ${memoryBytesMax} (--max-instance-memory)`;
    // jco's bindings cannot see it: what the guest does then is all that shows.
    assert.deepEqual(app.warnings, bindings === 'fast' ? [line, line, line] : []);
  });

  test(`memory.grow gives -1 at max_instance_memory of the runtime configuration, ${bindings} bindings`, async t => {
    const files = { 'rc.toml': `max_instance_memory = ${memoryBytesMax}` };
    for (const [workers, given, limit] of [
      [0, undefined, memoryBytesMax],
      [1, undefined, memoryBytesMax],
      [0, 2 * memoryBytesMax, 2 * memoryBytesMax],
    ] as const) {
      const instances = given === undefined ? { bindings } : { bindings, memoryBytesMax: given };
      const app = await serveApp(t, { source, files }, { instances, workers, runtimeConfigFile: 'rc.toml' });
      const pages = Buffer.from(await (await fetch(`${app.url}/m`)).arrayBuffer()).readUInt32LE();
      assert.equal(pages, limit / 65_536, `${workers} workers, ${given}`);
    }
  });

  test(`what an invocation prints beyond 64 MiB is dropped, and it goes on, ${bindings} bindings`, async t => {
    let printed = 0;
    const app = await serve(t, { bindings }, { output: { write: (_, _stream, bytes) => void (printed += bytes.byteLength) } });
    const [flood] = await Promise.all([text(fetch(`${app.url}/o`)), fine(app)]);
    assert.equal(flood, 'ok');
    await app.idle();
    assert.equal(printed, 64 * mebibyte);
    assert.deepEqual(app.warnings, [
      'component "probe" on GET /o: it printed more than 67108864 bytes, which is the limit: the rest is dropped',
    ]);
    await fine(app);
  });

  test(`a body that no guest reads waits at the client, and is cut off after the answer, ${bindings} bindings`, async t => {
    const app = await serve(t, { bindings });
    const grown = growth();
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    t.after(() => socket.destroy());
    const closed = new Promise<void>(resolve => socket.on('close', () => resolve()));
    // A connection that is cut while bytes are under way is reset.
    socket.on('error', () => {});
    let [written, answer, beforeAnswer] = [0, '', 0];
    socket.on('data', bytes => {
      answer += bytes.toString();
      beforeAnswer ||= written;
    });
    socket.write(`POST /n HTTP/1.1\r\nHost: x\r\nContent-Length: ${2000 * mebibyte}\r\n\r\n`);
    const chunk = Buffer.alloc(mebibyte, 0x61);
    while (!socket.destroyed && written < 2000 * mebibyte) {
      written += chunk.byteLength;
      if (!socket.write(chunk)) await Promise.race([once(socket, 'drain').catch(() => {}), closed]);
    }
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
    assert.equal(beforeAnswer < 32 * mebibyte, true, `${beforeAnswer} bytes were taken that nobody read`);
    assert.equal(written < 200 * mebibyte, true, `${written} bytes were taken`);
    assert.equal(grown() < 400 * mebibyte, true);
    await fine(app);
  });

  test(`a body that no client reads waits in the guest, ${bindings} bindings`, async t => {
    const app = await serve(t, { bindings });
    const grown = growth();
    const responses = await Promise.all(Array.from({ length: 20 }, () => fetch(`${app.url}/f`)));
    for (let round = 0; round < 50; round += 1) await fine(app);
    assert.equal(app.loaded.instances, 20);
    assert.equal(grown() < 400 * mebibyte, true);
    for (const response of responses) await response.body?.cancel();
    await app.idle();
    await fine(app);
  });
});

test('30,000 requests that wait: 1,000 are at work, 10,000 wait, the rest get 503, and other components go on', async t => {
  const app = await serve(t, {});
  const grown = growth();
  const refused: Response[] = [];
  const all = Array.from({ length: 30_000 }, () => app.loaded.fetch(new Request('http://test/w')));
  const rest = Promise.withResolvers<void>();
  for (const one of all) {
    void one.then(response => {
      if (response.status === 503 && refused.push(response) === 19_000) rest.resolve();
    });
  }
  await rest.promise;
  assert.equal(app.loaded.instances, 1000);
  assert.equal(refused[0]?.headers.get('retry-after'), '1');
  assert.equal(await text(app.loaded.fetch(new Request('http://test/2/x'))), 'ok');
  assert.match(
    app.warnings[0] ?? '',
    /^component "probe": too many requests are waiting for an instance; the client of GET \/w got 503$/,
  );
  assert.equal(app.warnings.length <= 2, true, 'they are told as a number');
  assert.equal(grown() < 1500 * mebibyte, true, `${grown()} bytes more`);
  await app.loaded.close();
  await Promise.all(all);
});

test('all instances together keep to --max-total-memory: a guest cannot grow, and who finds no memory gets 503', async t => {
  const app = await serve(t, { memoryTotalBytesMax: 40 * mebibyte, requestTimeoutMs: 3000 });
  // Takes all that there is, answers, and keeps it until its time is over.
  assert.equal(await text(fetch(`${app.url}/k`)), 'ok');
  assert.equal(app.loaded.instances, 1);
  const more = await Promise.all(Array.from({ length: 5 }, () => fetch(`${app.url}/w`)));
  // The idle instance of the other component was let go for one of them, which waits until its time is over.
  const statuses = more.map(({ status }) => status).toSorted((one, another) => one - another);
  assert.deepEqual(statuses, [503, 503, 503, 503, 504]);
  assert.equal(more.find(({ status }) => status === 503)?.headers.get('retry-after'), '1');
  await app.idle();
  const warnings = app.warnings.join('\n');
  const all = 'all instances together may have 41943040 \\(--max-total-memory\\)';
  assert.match(
    warnings,
    new RegExp(
      `component "probe": there is no memory for another instance of 262144 bytes: ${all}; the client of GET /w got 503`,
    ),
  );
  assert.match(
    warnings,
    /component "probe" on GET \/k: its memory may not grow to \d+ bytes: all instances together have 41943040/,
  );
  await fine(app);
});

test('a guest that floods a stderr which nobody reads does not fill the memory of tspin', async t => {
  // One worker: others start behind it, and take memory of their own meanwhile.
  const args = ['up', '--listen', '127.0.0.1:0', '--workers', '1', '-f', appFolder(t, { source }), '--state-dir', ''];
  const child = spawn(process.execPath, [join(repository, 'bin/tspin.js'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TSPIN_CACHE_DIR: componentCache },
  });
  t.after(() => child.kill('SIGKILL'));
  let stdout = '';
  while (!/^Serving (\S+)\n/m.test(stdout)) stdout += String((await once(child.stdout, 'data'))[0]);
  const url = /^Serving (\S+)\n/m.exec(stdout)?.[1] ?? '';
  const highest = (): number => Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024;
  assert.equal(await text(fetch(`${url}/x`)), 'ok');
  const began = highest();
  // Pieces that were handed on are garbage on two threads until V8 collects them: far more is printed than that.
  const rounds = 20;
  for (let round = 0; round < rounds; round += 1) assert.equal(await text(fetch(`${url}/e`)), 'ok');
  const printed = 800 * chunkBytes * rounds;
  assert.equal(printed > 450 * mebibyte, true);
  assert.equal(highest() - began < 0.45 * printed, true, `${highest() - began} bytes more after ${printed}`);
});
