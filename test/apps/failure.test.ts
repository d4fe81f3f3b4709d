// Guests that end badly: what the client gets, what the user reads, and that nobody else suffers.
import assert from 'node:assert/strict';
import { freemem } from 'node:os';
import { test } from 'node:test';
import type { LoadAppOptions } from '../../src/index.ts';
import { testEveryWay } from './matrix.ts';
import { RawConnection } from './raw-connection.ts';
import { serveApp } from './served-app.ts';

testEveryWay('a trap before the head gives 500 and names component, request, last words and frames', async app => {
  const response = await app.send('/trap?x=1');
  assert.deepEqual([response.status, await response.text()], [500, '']);
  await app.idle();
  const [warning = ''] = app.warnings;
  assert.equal(app.warnings.length, 1);
  assert.match(warning, /^component "probe" trapped on GET \/trap\?x=1: unreachable\n/);
  assert.match(warning, /\n {2}its last words:\n {4}probe: a last word\n/);
  assert.match(warning, /\n {4}trapped before the head\n/);
  assert.match(warning, /\n {2}guest frames:\n {4}at .*wasm-function\[\d+\]:0x[0-9a-f]+\)?\n/);
  assert.ok(!warning.includes('.js') && !warning.includes('.ts:'), 'only the guest has frames');
  assert.match(app.printed('stderr'), /^probe: a last word\n/);
});

test('a trap names the functions and offsets of the component as it was, however it is bound', async t => {
  const framesOf = async (instances: LoadAppOptions['instances']): Promise<string[]> => {
    const { url, warnings, idle } = await serveApp(t, {}, { instances: instances ?? {} });
    await (await fetch(`${url}/trap`)).text();
    await idle();
    return warnings
      .join('\n')
      .split('\n')
      .filter(line => line.includes('wasm-function'));
  };
  const fresh = await framesOf({ instances: 'fresh' });
  assert(fresh.length > 2);
  assert.deepEqual(await framesOf({}), fresh);
  // The maximum that plain bindings give a module's memory moves what lies behind it by up to three bytes.
  const functions = (frames: readonly string[]): string[] => frames.map(frame => frame.replace(/:0x[0-9a-f]+/, ''));
  const plain = await framesOf({ bindings: 'plain' });
  assert.deepEqual(functions(plain), functions(fresh));
  const offset = (frame: string | undefined): number => Number(/:(0x[0-9a-f]+)/.exec(frame ?? '')?.[1]);
  const moved = plain.map((frame, index) => offset(frame) - offset(fresh[index]));
  assert(
    moved.every(by => by === moved[0] && by >= 0 && by <= 4),
    moved.join(),
  );
});

testEveryWay('a trap after the head cuts the response', async app => {
  const response = await app.send('/trap-after');
  assert.equal(response.status, 200);
  await assert.rejects(response.text());
  await app.idle();
  assert.match(app.warnings.join(), /trapped on GET \/trap-after/);
});

test('what a guest wrote before it trapped has reached the client, without an end', async t => {
  const { url } = await serveApp(t);
  const connection = await RawConnection.open(t, url);
  connection.request(['GET /trap-after HTTP/1.1', 'Host: x']);
  const { body, whole } = await connection.response();
  assert.deepEqual([body.toString(), whole], ['partial', false]);
});

const answeredWith500: Readonly<Record<string, RegExp>> = {
  '/no-response': /on GET \/no-response: the guest returned without setting a response; the client got 500$/,
  '/err-response': /on GET \/err-response: the guest answered with the error internal-error: boom; the client got 500$/,
  '/exit?code=0': /trapped on GET \/exit\?code=0: exited/,
  '/exit?code=3': /trapped on GET \/exit\?code=3: exited/,
  '/recurse': /trapped on GET \/recurse: call stack exhausted/,
};
for (const [path, warning] of Object.entries(answeredWith500)) {
  testEveryWay(`${path} gives 500 without a body, and the next request is as ever`, async app => {
    const response = await app.send(path);
    assert.deepEqual([response.status, await response.text()], [500, '']);
    await app.idle();
    assert.match(app.warnings.join('\n'), warning);
    assert.equal(await (await app.send('/count')).text(), '1');
  });
}

/** The probe touches all of it before its memory ends at 4 GB. */
const room = freemem() > 8 * 1024 ** 3;
test(
  'a guest that wants more memory than there is gives 500, and the next request is as ever',
  { skip: !room && 'needs 8 GB of free memory' },
  async t => {
    const { url, warnings } = await serveApp(t);
    assert.equal((await fetch(`${url}/grow?mb=5000`)).status, 500);
    assert.match(warnings.join(), /its last words:\n *memory allocation of \d+ bytes failed/);
    assert.equal(await (await fetch(`${url}/count`)).text(), '1');
  },
);

testEveryWay('a guest that grows its memory gives it back', async app => {
  for (let round = 0; round < 3; round++) assert.equal(await (await app.send('/grow?mb=64')).text(), '64 MB\n');
  await app.idle();
  assert.deepEqual(app.warnings, []);
});

testEveryWay('requests beside one that traps are not touched', async app => {
  const slow = app.send('/trickle?ms=150&n=3');
  const traps = Array.from({ length: 10 }, () => app.send('/trap'));
  assert.deepEqual(
    (await Promise.all(traps)).map(({ status }) => status),
    Array.from(traps, () => 500),
  );
  assert.equal(await (await slow).text(), 'chunk 1\nchunk 2\nchunk 3\n');
});

// --- guests that work on after their response ---

testEveryWay('a guest works on after its response', async app => {
  assert.equal(await (await app.send('/after?ms=500&key=late')).text(), 'answered\n');
  assert.equal(app.invocations.length, 0, 'the client had its answer before the guest was done');
  await app.idle();
  assert.equal(await (await app.send('/kv/default/exists?key=late')).text(), 'true');
});

testEveryWay('a stop lets a guest work on after its response, within its deadline', async app => {
  assert.equal(await (await app.send('/after?ms=100')).text(), 'answered\n');
  await app.loaded.close({ drainMs: 10_000 });
  assert.deepEqual(
    app.invocations.map(({ outcome }) => outcome.kind),
    ['returned'],
  );
  // Nothing is said on stderr: the store was still open when the guest set its key.
  assert.equal(app.printed('stderr'), '');
});

testEveryWay('a stop ends a guest that works on beyond its deadline', async app => {
  assert.equal(await (await app.send('/after?ms=3600000')).text(), 'answered\n');
  await app.loaded.close({ drainMs: 1 });
  assert.equal(app.invocations[0]?.outcome.kind, 'cancelled');
  assert.equal(app.loaded.instances, 0);
});

testEveryWay('a stop lets a response in flight finish', async app => {
  const response = await app.send('/trickle?ms=150&n=3');
  const closed = app.loaded.close({ drainMs: 10_000 });
  assert.equal(await response.text(), 'chunk 1\nchunk 2\nchunk 3\n');
  await closed;
});
