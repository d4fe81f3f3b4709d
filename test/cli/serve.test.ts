import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { serve } from '../../src/cli/actions/up.ts';
import { upCommand, type upFlags } from '../../src/cli/commands/up.ts';
import type { Input } from '../../src/cli/command.ts';
import { parseInput } from '../../src/cli/parse-input.ts';
import { TspinError } from '../../src/errors.ts';
import type { LoadAppOptions, LoadedApp } from '../../src/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { app, component, loadedApp } from './app.ts';
import { recordContext, type RecordedContext } from './context.ts';

const address = { host: '127.0.0.1', port: 3000 };

function start(loaded: LoadedApp | ((options: LoadAppOptions) => Promise<LoadedApp>), words: readonly string[] = []) {
  const serving = Promise.withResolvers<void>();
  const context = recordContext({
    onPrint: ({ stdout }) => {
      if (stdout.includes('Serving')) serving.resolve();
    },
  });
  // The table of flags gives the input the shape that the action expects.
  const input = parseInput(upCommand, words, {}) as unknown as Input<typeof upFlags>;
  const loadApp = (options: LoadAppOptions = {}) => (typeof loaded === 'function' ? loaded(options) : Promise.resolve(loaded));
  return { context, serving: serving.promise, done: serve({ input, address, options: {}, logFormat: 'text', loadApp }, context) };
}

test('prints the notices and the routes, and stops with 0 after the first signal', async () => {
  const { context, serving, done } = start(loadedApp({ notices: ['Using spin.toml of a folder above'] }));
  await serving;
  context.kill('SIGTERM');
  assert.equal(await done, 0);
  assert.equal(context.printed.stderr, 'Using spin.toml of a folder above\n');
  assert.equal(
    context.printed.stdout,
    '\nServing http://127.0.0.1:3000\nAvailable Routes:\n  hello: http://127.0.0.1:3000 (wildcard)\n',
  );
});

test('a stop that has requests to wait for says so, and a second signal ends it at once', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const closing = Promise.withResolvers<number | undefined>();
  const hanging = loadedApp({
    close: options => {
      closing.resolve(options?.drainMs);
      return new Promise(() => undefined);
    },
  });
  const { context, serving, done } = start(hanging);
  await serving;
  context.kill('SIGINT');
  assert.equal(await closing.promise, 10_000);
  t.mock.timers.tick(250);
  assert.equal(context.printed.stderr, 'Waiting up to 10 s for requests in flight; press Ctrl-C again to stop at once.\n');
  context.kill('SIGINT');
  assert.equal(await done, 130);
});

test('a signal while the app is loaded ends it without a wait', async () => {
  const { context, done } = start(() => new Promise(() => undefined));
  context.kill('SIGTERM');
  assert.equal(await done, 143);
});

test('a port in use closes the app again and reports the mistake', async () => {
  let closed = false;
  const failing = loadedApp({
    listen: () => Promise.reject(new TspinError('build-failed', 'stands for port-in-use')),
    close: () => Promise.resolve(void (closed = true)),
  });
  await assert.rejects(start(failing).done, { message: 'stands for port-in-use' });
  assert.equal(closed, true);
});

test('an unknown id after --follow is refused before anything starts', async () => {
  let started = false;
  const load = async ({ beforeStart }: LoadAppOptions): Promise<LoadedApp> => {
    await beforeStart?.(app());
    started = true;
    return loadedApp();
  };
  await assert.rejects(start(load, ['--follow', 'helo']).done, { code: 'unknown-follow-id' });
  assert.equal(started, false);
});

test("guests' output goes to the log folder and, from loading on, to stderr", async t => {
  const logDirectory = join(temporaryFolder(t), 'logs');
  const write = (output: LoadAppOptions['output'], text: string): void =>
    output?.write('hello', 'stdout', new TextEncoder().encode(text));
  const { context, serving, done } = start(options => {
    write(options.output, 'while loading\n');
    return Promise.resolve(
      loadedApp({
        app: app({ logDirectory }, [component('hello')]),
        close: () => Promise.resolve(write(options.output, 'at the end\n')),
      }),
    );
  });
  await serving;
  context.kill('SIGTERM');
  await done;
  assert.equal(readFileSync(join(logDirectory, 'hello_stdout.txt'), 'utf8'), 'while loading\nat the end\n');
  assert.equal(context.printed.stderr, `Logging component stdio to "${logDirectory}/"\nwhile loading\nat the end\n`);
});

test('loading that takes long is said once where no progress is shown', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const loading = Promise.withResolvers<LoadedApp>();
  const { context, serving, done } = start(() => loading.promise);
  t.mock.timers.tick(999);
  assert.equal(context.printed.stderr, '');
  t.mock.timers.tick(5000);
  assert.equal(context.printed.stderr, 'Preparing Wasm modules is taking a few seconds...\n');
  loading.resolve(loadedApp());
  await serving;
  await stop(context, done);
});

async function stop(context: RecordedContext, done: Promise<number>): Promise<void> {
  context.kill('SIGTERM');
  await done;
}
