import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { commands, commandsNotServed } from '../../src/cli/commands.ts';
import { run } from '../../src/cli/run.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { recordContext } from './context.ts';

const program = { version: '0.0.0', commands, notServed: commandsNotServed };

const manifest = (build: string): string => `spin_manifest_version = 2
[application]
name = "hello"
[[trigger.http]]
route = "/..."
component = "hello"
[component.hello]
source = "hello.wasm"
${build}`;

/** An app whose component has this in its table; the words are run in its folder. */
function build(t: TestContext, table: string, words: readonly string[] = []) {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'spin.toml'), manifest(table));
  mkdirSync(join(cwd, 'sub'));
  const context = recordContext({ cwd });
  return { cwd, context, code: run(program, ['build', ...words], context) };
}

test('says what is built and that it is done, on stdout', async t => {
  const { cwd, context, code } = build(t, '[component.hello.build]\ncommand = "touch built"');
  assert.equal(await code, 0);
  assert.ok(existsSync(join(cwd, 'built')));
  assert.deepEqual(context.printed, {
    stdout: 'Building component hello with `touch built`\nFinished building all Spin components\n',
    stderr: '',
  });
});

test('counts the steps of a component and names its folder', async t => {
  const { cwd, context, code } = build(t, '[component.hello.build]\ncommand = ["true", "touch built"]\nworkdir = "sub"');
  assert.equal(await code, 0);
  const folder = JSON.stringify(join(cwd, 'sub'));
  assert.equal(
    context.printed.stdout,
    `Running build step 1/2 for component hello with 'true'
Working directory: ${folder}
Running build step 2/2 for component hello with 'touch built'
Working directory: ${folder}
Finished building all Spin components
`,
  );
});

test('an app without build commands is no mistake', async t => {
  const { context, code } = build(t, '');
  assert.equal(await code, 0);
  assert.match(context.printed.stdout, /^None of the components have a build command\.\n/);
});

test('a failed command is reported and nothing is called finished', async t => {
  const { context, code } = build(t, '[component.hello.build]\ncommand = "exit 3"');
  assert.equal(await code, 1);
  assert.doesNotMatch(context.printed.stdout, /Finished/);
  assert.match(context.printed.stderr, /^error\[build-failed\]: the build command of component "hello" failed with status 3\n/);
});

test('an app whose manifest has another mistake is built, and the mistake is said after it', async t => {
  const { cwd, context, code } = build(t, 'nonsense = 1\n[component.hello.build]\ncommand = "touch built"');
  assert.equal(await code, 0);
  assert.ok(existsSync(join(cwd, 'built')));
  assert.match(context.printed.stderr, /^warning: the app can be built and cannot be served[^]*nonsense/);
});

test('mistakes in the options for --up are found before the build', async t => {
  const { cwd, context, code } = build(t, '[component.hello.build]\ncommand = "touch built"', ['--up', '--quite']);
  assert.equal(await code, 2);
  assert.equal(existsSync(join(cwd, 'built')), false);
  assert.match(context.printed.stderr, /did you mean --quiet\?/);
});

test('a signal ends the build with its exit code', async t => {
  const { context, code } = build(t, '[component.hello.build]\ncommand = ["sleep 60", "touch built"]');
  while (!context.printed.stdout.includes('sleep 60')) await new Promise(resolve => setImmediate(resolve));
  context.kill('SIGINT');
  assert.equal(await code, 130);
});

test('a profile has its own commands, and is remembered as the last that was built', async t => {
  const table = `[component.hello.build]
command = "touch built"
workdir = "sub"
[component.hello.profile.debug]
build = { command = ["touch one", "touch two"] }`;
  const { cwd, code } = build(t, table, ['--profile', 'debug']);
  assert.equal(await code, 0);
  assert.deepEqual(
    ['built', 'one', 'two'].map(name => existsSync(join(cwd, 'sub', name))),
    [false, true, true],
  );
  assert.equal(readFileSync(join(cwd, '.spin/last-build.txt'), 'utf8'), 'debug');
});

test('says that the targets of the manifest are not checked', async t => {
  const { context, code } = build(t, 'targets = ["spin-up:3.3"]\n[component.hello.build]\ncommand = "true"');
  assert.equal(await code, 0);
  assert.equal(context.printed.stderr, 'The `targets` of the manifest are not checked: `spin build` does that.\n');
});
