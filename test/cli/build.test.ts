import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  return { cwd, ...buildIn(cwd, words) };
}

function buildIn(cwd: string, words: readonly string[] = []) {
  const context = recordContext({ cwd, env: { HOME: join(cwd, 'home') } });
  return { context, code: run(program, ['build', ...words], context) };
}

/** Times are another each time. */
const timeless = (text: string): string => text.replaceAll(/\d[\d.]* m?s/g, 'N ms');

test('says what is built and that it is done, on stdout', async t => {
  const { cwd, context, code } = build(t, '[component.hello.build]\ncommand = "touch built"');
  assert.equal(await code, 0);
  assert.ok(existsSync(join(cwd, 'built')));
  assert.equal(
    timeless(context.printed.stdout),
    'Building component hello with `touch built`\nBuilt hello in N ms\nFinished building all Spin components\n',
  );
  assert.equal(context.printed.stderr, '');
});

test('counts the steps of a component and names its folder', async t => {
  const { cwd, context, code } = build(t, '[component.hello.build]\ncommand = ["true", "touch built"]\nworkdir = "sub"');
  assert.equal(await code, 0);
  const folder = JSON.stringify(join(cwd, 'sub'));
  assert.equal(
    timeless(context.printed.stdout),
    `Running build step 1/2 for component hello with 'true'
Working directory: ${folder}
Running build step 2/2 for component hello with 'touch built'
Working directory: ${folder}
Built hello in N ms
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

const twoComponents = (first: string, second: string): string => `spin_manifest_version = 2
[application]
name = "hello"
[[trigger.http]]
route = "/one"
component = "one"
[[trigger.http]]
route = "/two"
component = "two"
[component.one]
source = "one.wasm"
[component.one.build]
command = ${JSON.stringify(first)}
workdir = "one"
[component.two]
source = "two.wasm"
[component.two.build]
command = ${JSON.stringify(second)}
workdir = "two"
`;

function twoIn(t: TestContext, first: string, second: string): string {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'spin.toml'), twoComponents(first, second));
  for (const id of ['one', 'two']) {
    mkdirSync(join(cwd, id));
    writeFileSync(join(cwd, id, 'source'), id);
  }
  return cwd;
}

const copying = (id: string): string => `echo ran >> ../log-${id}; cp source ../${id}.wasm`;

test('only what changed by content is built again, and --force builds all', async t => {
  const cwd = twoIn(t, copying('one'), copying('two'));
  const ran = async (words?: readonly string[]): Promise<string> => {
    for (const id of ['one', 'two']) writeFileSync(join(cwd, `log-${id}`), '');
    const { code, context } = buildIn(cwd, words);
    assert.equal(await code, 0, context.printed.stderr);
    return ['one', 'two'].filter(id => readFileSync(join(cwd, `log-${id}`), 'utf8') !== '').join(' ');
  };
  assert.equal(await ran(), 'one two');
  assert.equal(await ran(), '');
  writeFileSync(join(cwd, 'one/source'), 'one');
  assert.equal(await ran(), '', 'the same content');
  writeFileSync(join(cwd, 'one/source'), 'changed');
  assert.equal(await ran(), 'one');
  rmSync(join(cwd, 'two.wasm'));
  assert.equal(await ran(), 'two', 'what it made is gone');
  writeFileSync(join(cwd, 'spin.toml'), twoComponents(`true; ${copying('one')}`, copying('two')));
  assert.equal(await ran(), 'one', 'another command');
  assert.equal(await ran(['--force']), 'one two');
});

test('a source that changes during the build is built again the next time', async t => {
  const cwd = twoIn(t, `${copying('one')}; echo edited > source`, copying('two'));
  assert.equal(await buildIn(cwd).code, 0);
  const { code, context } = buildIn(cwd);
  assert.equal(await code, 0);
  assert.match(context.printed.stdout, /^Unchanged component two .*\nBuilding component one/);
});

test('components that do not need one another are built at the same time, each line with its component', async t => {
  // Each waits for the other.
  const meet = (own: string, other: string): string =>
    `touch ../${own}-came; for i in $(seq 500); do [ -e ../${other}-came ] && break; sleep 0.01; done; ls ../${other}-came`;
  const cwd = twoIn(t, meet('one', 'two'), meet('two', 'one'));
  const { code, context } = buildIn(cwd, ['--jobs', '2']);
  assert.equal(await code, 0, context.printed.stderr);
  assert.match(context.printed.stderr, /^\[one\] \.\.\/two-came$/m);
  assert.match(context.printed.stderr, /^\[two\] \.\.\/one-came$/m);
});

test('a failed build is shown last and whole, and ends the others', async t => {
  const cwd = twoIn(t, 'echo first; sleep 0.2; echo >&2 the mistake; exit 4', 'sleep 60; touch ../survived');
  const { code, context } = buildIn(cwd, ['-j', '2']);
  assert.equal(await code, 1);
  assert.match(
    context.printed.stderr,
    /\nThe output of component one:\nfirst\nthe mistake\n\nerror\[build-failed\]: the build command of component "one" failed with status 4\n/,
  );
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
