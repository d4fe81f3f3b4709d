import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { commands, commandsNotServed } from '../../src/cli/commands.ts';
import { run } from '../../src/cli/run.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { recordContext, type ContextOptions } from './context.ts';

const program = { version: '0.0.0', commands, notServed: commandsNotServed };

const manifest = `spin_version = 2
[application]
name = "app"
[[trigger.http]]
route = "/..."
component = "app"
[component.app]
source = "app.wasm"
[component.app.build]
command = "printf '\\\\0asm\\\\015\\\\0\\\\001\\\\0' > app.wasm"
`;

function setUp(t: TestContext) {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'spin.toml'), manifest);
  const doctor = async (words: readonly string[], options: ContextOptions = {}) => {
    const env = { TSPIN_CACHE_DIR: join(cwd, 'cache') };
    const context = recordContext({ cwd, env, ...options });
    // Port 0 is free on any machine.
    const code = await run(program, ['doctor', '--listen', '127.0.0.1:0', ...words], context);
    return { code, ...context.printed };
  };
  return { cwd, doctor };
}

test('findings without a cure leave the exit code 1 and the app as it is', async t => {
  const { cwd, doctor } = setUp(t);
  const { code, stdout, stderr } = await doctor([]);
  assert.equal(code, 1);
  assert.equal(stderr, '');
  assert.match(stdout, /^1\. `spin_version` is the key of version 1 manifests \[manifest-version\]\n/);
  assert.match(stdout, /\nOne finding; --fix cures it\.\n$/);
  assert.equal(readFileSync(join(cwd, 'spin.toml'), 'utf8'), manifest);
});

test('--fix cures one thing after the other, as each comes to light, and the second run is clean', async t => {
  const { doctor } = setUp(t);
  const { code, stdout } = await doctor(['--fix']);
  assert.match(stdout, /^Cured `spin_version` is the key/m);
  assert.match(stdout, /^Cured the component "app" is not built: there is no file app.wasm: build app$/m);
  assert.match(stdout, /\nNothing wrong was found\.\n$/);
  assert.equal(code, 0);
  const second = await doctor([]);
  assert.deepEqual(second, { code: 0, stdout: 'Nothing wrong was found.\n', stderr: '' });
});

test('on a terminal each cure is asked for', async t => {
  const { cwd, doctor } = setUp(t);
  const { code } = await doctor([], { answers: ['y', 'n'] });
  assert.equal(code, 1);
  assert.match(readFileSync(join(cwd, 'spin.toml'), 'utf8'), /^spin_manifest_version = 2\n/);
});

test('--json is one JSON document on stdout, with --fix too', async t => {
  const { doctor } = setUp(t);
  const before = JSON.parse((await doctor(['--json'])).stdout) as { findings: unknown[] };
  assert.deepEqual(before.findings, [
    {
      diagnosis: 'manifest-version',
      message: '`spin_version` is the key of version 1 manifests',
      file: 'spin.toml',
      line: 1,
      column: 1,
      help: ['write spin_manifest_version = 2 in the first line'],
      fix: 'write spin_manifest_version = 2',
    },
  ]);
});

test('a build that fails is told, and nothing else is kept from being cured', async t => {
  const { cwd, doctor } = setUp(t);
  writeFileSync(join(cwd, 'spin.toml'), manifest.replace(/^command.*$/m, 'command = "exit 3"'));
  const { code, stderr } = await doctor(['--fix']);
  assert.equal(code, 1);
  assert.match(stderr, /^error\[build-failed\]: the build command of component "app" failed with status 3$/m);
});

test('a manifest in a folder above is not taken', async t => {
  const { cwd, doctor } = setUp(t);
  mkdirSync(join(cwd, 'below'));
  const { code, stderr } = await doctor([], { cwd: join(cwd, 'below') });
  assert.equal(code, 1);
  assert.match(stderr, /^error\[manifest-not-found\]/);
});
