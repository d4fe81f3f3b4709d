import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';

const module = new URL('../../src/util/compile-cache.ts', import.meta.url).href;

/** Starts a thread with the environment for it; prints the thread's folder of compiled code. */
const program = (enable: string): string => `
  import { enableCompileCache } from 'node:module';
  import { Worker } from 'node:worker_threads';
  import { environmentWithCompileCache } from ${JSON.stringify(module)};
  ${enable}
  const code = "console.log(process.getBuiltinModule('node:module').getCompileCacheDir(), process.env.SEEN)";
  new Worker(code, { eval: true, env: environmentWithCompileCache() });
`;

const run = (text: string): string =>
  execFileSync(process.execPath, ['--input-type=module', '-e', text], {
    encoding: 'utf8',
    env: { SEEN: 'seen' },
  }).trim();

test('a thread uses the compile cache of the process', t => {
  const folder = temporaryFolder(t);
  const printed = run(program(`enableCompileCache(${JSON.stringify(folder)});`));
  const [versioned] = readdirSync(folder);
  assert.ok(versioned);
  assert.equal(printed, `${folder}/${versioned} seen`);
});

test('a thread has no compile cache when the process has none', () => {
  assert.equal(run(program('')), 'undefined seen');
});
