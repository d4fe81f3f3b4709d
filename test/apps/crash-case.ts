// One case of what a developer sees of a guest's mistake, compared with its golden files in every form.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test, type TestContext } from 'node:test';
import type { LoadAppOptions, RequestEvent } from '../../src/index.ts';
import { assertGolden } from '../golden.ts';
import type { AppText } from './guests.ts';
import { serveApp } from './served-app.ts';

export interface CrashCase {
  /** The golden files' name. */
  readonly name: string;
  readonly path: string;
  /** Of the card. */
  readonly status?: number;
  /** What the guest answers itself, so that no card may take its place. */
  readonly answer?: RegExp | string;
  readonly app?: AppText | ((t: TestContext) => Promise<AppText> | AppText);
  readonly options?: LoadAppOptions;
  /** How many V8 keeps, as workers have it; 10 by default. */
  readonly stackFrames?: number;
}

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
export function get(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number; type: string; text: string }> {
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

export function testCrash({ name, path, status, answer, app = {}, options = {}, stackFrames }: CrashCase): void {
  test(`it is shown what happened: ${name.replaceAll('-', ' ')}`, async t => {
    if (stackFrames !== undefined) keepFrames(t, stackFrames);
    const requests: RequestEvent[] = [];
    const text = typeof app === 'function' ? await app(t) : app;
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
