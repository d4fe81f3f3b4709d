import assert from 'node:assert/strict';
import test from 'node:test';
import { transpileComponent } from '../../src/wasm/transpile.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { component, counterAsync, counterText } from './fixtures.ts';

const request = { componentId: 'counter', path: '/app/counter.wasm', at: undefined };
const job = { source: { path: request.path, digest: '' }, adapter: undefined, cacheDirectory: undefined, ...counterAsync };

test('an aborted signal ends the process and rejects with its reason', async t => {
  const controller = new AbortController();
  const running = transpileComponent(
    request,
    await component(counterText),
    { ...job, directory: temporaryFolder(t) },
    { signal: controller.signal },
  );
  controller.abort(new Error('stopped by the user'));
  await assert.rejects(running, /stopped by the user/);
});

test('a signal that was aborted before starts nothing', async t => {
  const signal = AbortSignal.abort(new Error('too late'));
  await assert.rejects(
    transpileComponent(request, new Uint8Array(), { ...job, directory: temporaryFolder(t) }, { signal }),
    /too late/,
  );
});

test('a transpiling that takes too long is ended, and says so', async t => {
  const running = transpileComponent(
    request,
    await component(counterText),
    { ...job, directory: temporaryFolder(t) },
    { deadlineMs: 1 },
  );
  await assert.rejects(running, {
    code: 'component-transpile-failed',
    message: 'component "counter": /app/counter.wasm could not be made ready to run: it took longer than 0.001 s and was ended',
  });
});

test('a folder that cannot be written into is an error with the reason', async () => {
  const running = transpileComponent(request, await component(counterText), { ...job, directory: '/nowhere/at/all' });
  await assert.rejects(running, { code: 'component-transpile-failed', message: /ENOENT/ });
});
