// The commonest mistakes of guests, and what a developer sees of them, in the forms of test/golden/crash-cards/: .txt for curl, .html
// for a browser, .json for fetch, .log what plain `tspin up` prints too. Offsets in a guest's code are normalised, as they change
// with every build of it.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { LoadAppOptions, RequestEvent } from '../../src/index.ts';
import { assertGolden } from '../golden.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { configWasm, kvPythonWasm, kvTsWasm, linesWasm, probe3Wasm, proxyWasm, type AppText } from './guests.ts';
import { serveApp } from './served-app.ts';
import { writeGuest } from './text-guest.ts';

interface Case {
  /** The golden files' name. */
  readonly name: string;
  readonly path: string;
  /** Of the card. */
  readonly status?: number;
  /** What the guest answers itself, so that no card may take its place. */
  readonly answer?: RegExp | string;
  /** A guest of WAT that does this. */
  readonly wat?: keyof typeof watMains;
  readonly app?: AppText;
  readonly options?: LoadAppOptions;
  /** How many V8 keeps, as workers have it; 10 by default. */
  readonly stackFrames?: number;
}

const slow: LoadAppOptions = { instances: { requestTimeoutMs: 150 } };

const watMains = {
  /** The answer, and then another with the same outparam. */
  twice: `(call $answer (local.get $out) (i32.const 1024) (i32.const 2)) (call $answer (local.get $out) (i32.const 1024) (i32.const 2))`,
  unfinished: `(local $stream i32) (local.set $stream (call $begin (local.get $out)))
    (call $write (local.get $stream) (i32.const 1024) (i32.const 2) (i32.const 128))`,
};

async function watSource(t: TestContext, what: keyof typeof watMains): Promise<string> {
  const path = join(temporaryFolder(t), 'guest.wasm');
  await writeGuest(path, `(data (i32.const 1024) "ok") (func $main (param $command i32) (param $out i32) ${watMains[what]})`);
  return path;
}

const cases: readonly Case[] = [
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
  { name: 'a-response-set-twice', path: '/d', answer: '200 ok', wat: 'twice' },
  { name: 'a-start-of-a-body-and-a-panic', path: '/trap-after', answer: 'cut off' },
  { name: 'a-body-never-finished', path: '/u', answer: 'cut off', wat: 'unfinished' },
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

const forms = {
  txt: { headers: { accept: '*/*' }, type: /^text\/plain/ },
  html: { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'sec-fetch-mode': 'navigate' }, type: /^text\/html/ },
  json: { headers: { accept: 'application/json' }, type: /^application\/json/ },
} as const;

/** Frames and the numbers in them are those of one build. */
const normalised = (text: string): string =>
  text
    .replaceAll(/wasm-function\[\d+\]:0x[0-9a-f]+/g, 'wasm-function[N]:0xN')
    .replaceAll(/", line \d+/g, '", line N')
    .replaceAll(/\\", line \d+/g, '\\", line N')
    .replaceAll(/&quot;, line \d+/g, '&quot;, line N')
    // Where a cached guest was built.
    .replaceAll(/\/tmp\/[^/\s]+\/sources\/initializer\.js:\d+:\d+/g, '<sources>/initializer.js:N:N')
    .replaceAll(/17h[0-9a-f]{16}E/g, '17hNE')
    // How many functions without a name there are is the compiler's choice.
    .replaceAll(/(\n *(?:"|at )wasm-function\[N\]:0xN"?,?)+/g, '$1');

/** Not by `fetch`, which always says that it is no navigation. */
function get(url: string, headers: Readonly<Record<string, string>>): Promise<{ status: number; type: string; text: string }> {
  return new Promise((resolve, reject) => {
    // As it is: a URL would encode what a client need not.
    const [, hostname, port, path] = /^http:\/\/([^:/]+):(\d+)(\/.*)$/.exec(url) ?? [];
    const sent = request({ hostname, port, path, headers }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => void (text += chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text }));
    });
    sent.on('error', reject).end();
  });
}

function keepFrames(t: TestContext, count: number): void {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = count;
  t.after(() => void (Error.stackTraceLimit = before));
}

for (const { name, path, status, answer, wat, app = {}, options = {}, stackFrames } of cases) {
  test(`it is shown what happened: ${name.replaceAll('-', ' ')}`, async t => {
    if (stackFrames !== undefined) keepFrames(t, stackFrames);
    const requests: RequestEvent[] = [];
    const text = wat ? { ...app, source: await watSource(t, wat) } : app;
    const { url, warnings } = await serveApp(t, text, { ...options, development: { onRequest: event => requests.push(event) } });
    if (answer !== undefined) {
      const got = await get(url + path, forms.html.headers).then(
        response => `${response.status} ${response.text}`,
        () => 'cut off',
      );
      assert.match(got, answer instanceof RegExp ? answer : new RegExp(`^${answer}$`));
      if (warnings.length > 0) assertGolden(`crash-cards/${name}.log`, normalised(`${warnings.join('\n')}\n`));
      return;
    }
    for (const [form, { headers, type }] of Object.entries(forms)) {
      const response = await get(url + path, headers);
      assert.equal(response.status, status);
      assert.match(response.type, type);
      assertGolden(`crash-cards/${name}.${form}`, normalised(response.text));
    }
    const told = new Set(warnings.map(normalised));
    assertGolden(`crash-cards/${name}.log`, `${[...told].join('\n')}\n`);
    assert.deepEqual(
      requests.map(event => [event.method, event.target, event.status, event.component]),
      Array.from({ length: 3 }, () => ['GET', path, status, 'probe']),
    );
  });
}

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
