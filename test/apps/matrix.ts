// Runs a test in every way in which a request can reach a guest: over a socket, by HTTP/1 and HTTP/2, and by `app.fetch` without one;
// on the test's own thread, and on a worker's; with the fast bindings, and with jco's.
import { test, type TestContext } from 'node:test';
import type { LoadAppOptions } from '../../src/index.ts';
import type { Bindings } from '../../src/wasm/transpile-job.ts';
import type { AppText } from './guests.ts';
import { fetchHttp2, openHttp2 } from './http2-client.ts';
import { serveApp, type ServedApp } from './served-app.ts';

export interface Reached extends ServedApp {
  /** What the guest is told as authority. */
  readonly authority: string;
  /** Sends a request to a path of the app. */
  readonly send: (path: string, init?: RequestInit) => Promise<Response>;
}

type Reach = (app: ServedApp, t: TestContext) => Pick<Reached, 'authority' | 'send'>;

const overSocket: Reach = ({ url }) => ({
  authority: new URL(url).host,
  send: (path, init) => fetch(`${url}${path}`, { redirect: 'manual', ...init }),
});
const overHttp2: Reach = ({ url }, t) => {
  const session = openHttp2(t, url);
  return { authority: new URL(url).host, send: (path, init) => fetchHttp2(session, path, init) };
};
const byFetch: Reach = ({ loaded }) => ({
  authority: 'in-process.test',
  send: (path, init) => loaded.fetch(new Request(`http://in-process.test${path}`, init)),
});

interface Way {
  readonly reach: Reach;
  readonly workers: number;
  readonly bindings?: Bindings;
}

const overHttp2Way = 'over HTTP/2';

const ways: Readonly<Record<string, Way>> = {
  'over a socket': { reach: overSocket, workers: 0 },
  [overHttp2Way]: { reach: overHttp2, workers: 0 },
  'by app.fetch': { reach: byFetch, workers: 0 },
  'over a socket of a worker': { reach: overSocket, workers: 1 },
  'by app.fetch in a worker': { reach: byFetch, workers: 1 },
  'with plain bindings': { reach: overSocket, workers: 0, bindings: 'plain' },
};

export interface MatrixOptions extends LoadAppOptions {
  readonly app?: AppText;
  /** What it says is of HTTP/1 alone. */
  readonly notOverHttp2?: boolean;
}

export function testEveryWay(
  name: string,
  run: (app: Reached, t: TestContext) => Promise<void>,
  options: MatrixOptions = {},
): void {
  const { app: text, notOverHttp2 = false, ...load } = options;
  for (const [way, { reach, workers, bindings }] of Object.entries(ways)) {
    if (notOverHttp2 && way === overHttp2Way) continue;
    // A test that asks for bindings is about those.
    if (bindings && load.instances?.bindings) continue;
    test(`${name}, ${way}`, async t => {
      const instances = bindings ? { ...load.instances, bindings } : load.instances;
      const served = await serveApp(t, text, { workers, ...load, ...(instances && { instances }) });
      await run({ ...served, ...reach(served, t) }, t);
    });
  }
}
