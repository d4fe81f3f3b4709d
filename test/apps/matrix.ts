// Runs a test in every way in which a request can reach a guest: over a socket, and by `app.fetch` without one.
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

const ways: Readonly<Record<string, Reach>> = {
  'over a socket': ({ url }) => ({
    authority: new URL(url).host,
    send: (path, init) => fetch(`${url}${path}`, { redirect: 'manual', ...init }),
  }),
  'by app.fetch': ({ loaded }) => ({
    authority: 'in-process.test',
    send: (path, init) => loaded.fetch(new Request(`http://in-process.test${path}`, init)),
  }),
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
  for (const [way, reach] of Object.entries(ways)) {
    test(`${name}, ${way}`, async t => {
      const served = await serveApp(t, text, load);
      await run({ ...served, ...reach(served) }, t);
    });
  }
}
