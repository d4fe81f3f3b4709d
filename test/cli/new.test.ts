import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { commands, commandsNotServed } from '../../src/cli/commands.ts';
import { run } from '../../src/cli/run.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { recordContext, type ContextOptions } from './context.ts';

const program = { version: '0.0.0', commands, notServed: commandsNotServed };

function create(t: TestContext, words: readonly string[], options: ContextOptions = {}) {
  const cwd = temporaryFolder(t);
  const context = recordContext({ cwd, ...options });
  const read = (path: string): string => readFileSync(join(cwd, path), 'utf8');
  return { cwd, context, read, done: () => run(program, ['new', ...words], context) };
}

test('makes the app in a folder of its name and says what is next', async t => {
  const { cwd, context, done } = create(t, ['-t', 'http-ts', 'hello']);
  assert.equal(await done(), 0);
  assert.ok(existsSync(join(cwd, 'hello', 'spin.toml')));
  assert.deepEqual(context.printed, { stdout: 'Made the app in hello. Next: cd hello && tspin build && tspin up\n', stderr: '' });
});

test('says what is next with npx to whoever came by it', async t => {
  const { context, done } = create(t, ['-t', 'http-ts', 'hello'], { env: { npm_command: 'exec' } });
  await done();
  assert.equal(context.printed.stdout, 'Made the app in hello. Next: cd hello && npx tspin build && npx tspin up\n');
});

test('--output names another folder, --init takes the current one', async t => {
  const named = create(t, ['-t', 'http-empty', 'hello', '-o', 'deep/er']);
  assert.equal(await named.done(), 0);
  assert.match(named.read('deep/er/spin.toml'), /name = "hello"/);
  const current = create(t, ['-t', 'http-empty', 'hello', '--init', '--no-vcs']);
  assert.equal(await current.done(), 0);
  assert.deepEqual(readdirSync(current.cwd).sort(), ['README.md', 'spin.toml']);
});

test("takes Spin 1's order with a note", async t => {
  const { context, read, done } = create(t, ['http-ts', 'hello']);
  assert.equal(await done(), 0);
  assert.match(read('hello/spin.toml'), /name = "hello"/);
  assert.equal(context.printed.stderr, 'Taking "http-ts" for the template; it is now written: tspin new -t http-ts hello\n');
});

test('the target environment of the environment is written to the manifest, and said to be no more than that', async t => {
  const { context, read, done } = create(t, ['-t', 'http-ts', 'hello'], { env: { SPIN_NEW_DEFAULT_ENVIRONMENT: 'spin-up:3.4' } });
  assert.equal(await done(), 0);
  assert.match(read('hello/spin.toml'), /^targets = \["spin-up:3.4"\]$/m);
  assert.match(context.printed.stderr, /`tspin build` does not/);
});

test('--tag leaves templates out, and takes the only one that is left', async t => {
  const { read, done } = create(t, ['--tag', 'key-value', 'hello']);
  assert.equal(await done(), 0);
  assert.match(read('hello/spin.toml'), /key_value_stores/);
  const several = create(t, ['--tag', 'http', 'hello']);
  assert.equal(await several.done(), 2);
  const none = create(t, ['--tag', 'nonsense', 'hello']);
  assert.equal(await none.done(), 1);
  assert.match(none.context.printed.stderr, /there is no template with the tag "nonsense"/);
});

test('asks for whatever was not given', async t => {
  const { read, done } = create(t, [], { answers: ['http-ts', 'hello', 'A greeting', '/hi'] });
  assert.equal(await done(), 0);
  assert.match(read('hello/spin.toml'), /description = "A greeting"[^]*route = "\/hi"/);
});

test('--value overrides --values-file', async t => {
  const { cwd, read, done } = create(t, ['-t', 'http-ts', 'hello', '--values-file', 'v.toml', '-v', 'http-path=/b']);
  writeFileSync(join(cwd, 'v.toml'), 'http-path = "/a"\nproject-description = "from the file"\n');
  assert.equal(await done(), 0);
  assert.match(read('hello/spin.toml'), /description = "from the file"[^]*route = "\/b"/);
});

for (const [why, content, message] of [
  ['is missing', undefined, /ENOENT/],
  ['is not TOML', 'a = ', /cannot be used/],
  ['has a value that is no string', 'http-path = 1', /the value of http-path must be a string/],
] as const) {
  test(`a values file that ${why} is reported and nothing is made`, async t => {
    const { cwd, context, done } = create(t, ['-t', 'http-ts', 'hello', '--values-file', 'v.toml']);
    if (content !== undefined) writeFileSync(join(cwd, 'v.toml'), content);
    assert.equal(await done(), 2);
    assert.match(context.printed.stderr, message);
    assert.equal(existsSync(join(cwd, 'hello')), false);
  });
}

test('a folder that holds files is refused', async t => {
  const { cwd, context, done } = create(t, ['-t', 'http-ts', 'hello', '--init']);
  writeFileSync(join(cwd, 'mine'), '');
  assert.equal(await done(), 1);
  assert.match(context.printed.stderr, /^error\[folder-not-empty\]: the folder \. already holds files\n/);
});
