// The commonest mistakes of guests, and what a developer sees of them, in the forms of test/golden/crash-cards/: .txt for curl, .html
// for a browser, .json for fetch, .log what plain `tspin up` prints too. Offsets in a guest's code are normalised, as they change
// with every build of it.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { LoadAppOptions } from '../../src/index.ts';
import { get, testCrash, type CrashCase } from './crash-case.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { configWasm, kvPythonWasm, kvTsWasm, linesWasm, probe3Wasm, proxyWasm, type AppText } from './guests.ts';
import { serveApp } from './served-app.ts';
import { writeGuest } from './text-guest.ts';

const slow: LoadAppOptions = { instances: { requestTimeoutMs: 150 } };

const watMains = {
  /** The answer, and then another with the same outparam. */
  twice: `(call $answer (local.get $out) (i32.const 1024) (i32.const 2)) (call $answer (local.get $out) (i32.const 1024) (i32.const 2))`,
  unfinished: `(local $stream i32) (local.set $stream (call $begin (local.get $out)))
    (call $write (local.get $stream) (i32.const 1024) (i32.const 2) (i32.const 128))`,
};

const watApp =
  (what: keyof typeof watMains) =>
  async (t: TestContext): Promise<AppText> => {
    const path = join(temporaryFolder(t), 'guest.wasm');
    await writeGuest(path, `(data (i32.const 1024) "ok") (func $main (param $command i32) (param $out i32) ${watMains[what]})`);
    return { source: path };
  };

const cases: readonly CrashCase[] = [
  { name: 'a-panic', path: '/trap', status: 500 },
  { name: 'a-panic-with-lines', path: '/too-long', status: 500, app: { source: linesWasm }, stackFrames: 40 },
  { name: 'an-exit', path: '/exit?code=3', status: 500 },
  { name: 'a-recursion-without-end', path: '/recurse', status: 500 },
  { name: 'a-timeout-while-waiting', path: '/sleep?ms=60000', status: 504, options: slow },
  { name: 'a-timeout-while-computing', path: '/compute', status: 504, options: slow },
  { name: 'no-response', path: '/no-response', status: 500 },
  { name: 'an-error-for-a-response', path: '/err-response', status: 500 },
  { name: 'a-status-that-ends-nothing', path: '/status/103', status: 500 },
  { name: 'too-many-handles', path: '/leak?n=200000', status: 500 },
  { name: 'too-much-memory', path: '/grow?mb=64', status: 500, options: { instances: { memoryBytesMax: 8 * 1024 * 1024 } } },
  { name: 'a-status-alone', path: '/status/503', status: 503 },
  { name: 'a-store-refused-in-typescript', path: '/a', status: 500, app: { source: kvTsWasm(), stores: [] } },
  { name: 'a-store-refused-in-python', path: '/a', status: 500, app: { source: kvPythonWasm(), stores: [] } },
  { name: 'a-response-set-twice', path: '/d', answer: '200 ok', app: watApp('twice') },
  { name: 'a-start-of-a-body-and-a-panic', path: '/trap-after', answer: 'cut off' },
  { name: 'a-body-never-finished', path: '/u', answer: 'cut off', app: watApp('unfinished') },
  { name: 'a-host-refused-in-rust', path: '/get?url=http://example.com/', answer: /^502 /, app: { source: proxyWasm } },
  { name: 'a-store-refused-in-rust', path: '/kv/denied/get?key=a', answer: '500 AccessDenied' },
  {
    name: 'a-variable-that-is-missing',
    path: '/variables/none',
    answer: /^200 undefined no variable for "probe"\."none"$/,
    app: { source: configWasm },
  },
  { name: 'a-panic-in-wasi-3', path: '/trap', status: 500, app: { source: probe3Wasm } },
];

for (const one of cases) testCrash(one);

test('without development a failure is an empty 500', async t => {
  const { url, warnings } = await serveApp(t);
  const response = await fetch(`${url}/trap`, { headers: { accept: 'text/html' } });
  assert.deepEqual([response.status, await response.text()], [500, '']);
  assert.match(
    warnings.join('\n'),
    /trapped on GET \/trap: unreachable\n {2}its last words:[^]*a last word[^]*its last host calls:\n/,
  );
});

test('what a client sends and a guest prints is no HTML', async t => {
  const { url } = await serveApp(t, {}, { development: { onRequest: () => {} } });
  const { text } = await get(`${url}/trap?<script>alert(1)</script>&"'`, { accept: 'text/html' });
  assert.doesNotMatch(text, /<script/);
  assert.match(text, /GET \/trap\?&lt;script&gt;alert\(1\)&lt;\/script&gt;&amp;&quot;&#39;/);
});

test('fetch of a page gets JSON, and answers of guests are left alone', async t => {
  const { url } = await serveApp(t, {}, { development: { onRequest: () => {} } });
  const failed = await fetch(`${url}/trap`);
  assert.match(failed.headers.get('content-type') ?? '', /json/);
  const denied = await fetch(`${url}/kv/denied/get?key=a`);
  assert.deepEqual([denied.status, await denied.text()], [500, 'AccessDenied']);
  assert.deepEqual([(await fetch(`${url}/status/404`)).status, (await fetch(`${url}/status/599`)).status], [404, 599]);
});
