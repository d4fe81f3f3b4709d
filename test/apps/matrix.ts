// Runs a test in every way in which a request can reach a guest: over a socket, and by `app.fetch` without one;
// on the test's own thread, and on a worker's.
import { test, type TestContext } from 'node:test';
import type { LoadAppOptions } from '../../src/index.ts';
import type { AppText } from './guests.ts';
import { serveApp, type ServedApp } from './served-app.ts';

export interface Reached extends ServedApp {
  /** What the guest is told as authority. */
  readonly authority: string;
  /** Sends a request to a path of the app. */
  readonly send: (path: string, init?: RequestInit) => Promise<Response>;
}

type Reach = (app: ServedApp) => Pick<Reached, 'authority' | 'send'>;

const overSocket: Reach = ({ url }) => ({
  authority: new URL(url).host,
  send: (path, init) => fetch(`${url}${path}`, { redirect: 'manual', ...init }),
});
const byFetch: Reach = ({ loaded }) => ({
  authority: 'in-process.test',
  send: (path, init) => loaded.fetch(new Request(`http://in-process.test${path}`, init)),
});

const ways: Readonly<Record<string, { readonly reach: Reach; readonly workers: number }>> = {
  'over a socket': { reach: overSocket, workers: 0 },
  'by app.fetch': { reach: byFetch, workers: 0 },
  'over a socket of a worker': { reach: overSocket, workers: 1 },
  'by app.fetch in a worker': { reach: byFetch, workers: 1 },
};

export interface MatrixOptions extends LoadAppOptions {
  readonly app?: AppText;
}

export function testEveryWay(
  name: string,
  run: (app: Reached, t: TestContext) => Promise<void>,
  options: MatrixOptions = {},
): void {
  const { app: text, ...load } = options;
  for (const [way, { reach, workers }] of Object.entries(ways)) {
    test(`${name}, ${way}`, async t => {
      const served = await serveApp(t, text, { workers, ...load });
      await run({ ...served, ...reach(served) }, t);
    });
  }
}
