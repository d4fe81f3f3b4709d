import assert from 'node:assert/strict';
import { test } from 'node:test';

import { buildCommand } from '../../src/cli/commands/build.ts';
import { upCommand } from '../../src/cli/commands/up.ts';
import { watchCommand } from '../../src/cli/commands/watch.ts';
import { parseInput } from '../../src/cli/parse-input.ts';

const up = (words: readonly string[], env = {}) => parseInput(upCommand, words, env).flags;

test('a repeated option of which there can be one counts with its last value', () => {
  assert.equal(up(['-f', 'a', '--from=b'])['from'], 'b');
});

test('a list keeps all values in order', () => {
  assert.deepEqual(up(['-e', 'A=1', '--env', 'B=2', '--env=C=-3'])['env'], ['A=1', 'B=2', 'C=-3']);
});

for (const alias of ['-q', '--quiet', '--sh', '--shush']) {
  test(`${alias} is --quiet`, () => assert.equal(up([alias])['quiet'], true));
}
for (const alias of ['--from-file', '--file']) {
  test(`${alias} is --from`, () => assert.equal(up([alias, 'x'])['from'], 'x'));
}

test('short options can be joined', () => {
  const flags = up(['-qfapp', '-cone']);
  assert.deepEqual([flags['quiet'], flags['from'], flags['component-id']], [true, 'app', ['one']]);
});

test('an empty value is a value: --state-dir "" keeps state in memory', () => {
  assert.equal(up(['--state-dir', ''])['state-dir'], '');
});

test('an environment variable counts when the option is not given', () => {
  const env = { SPIN_LOG_DIR: '/var/log', SPIN_HTTP_LISTEN_ADDR: '[::1]:0', SPIN_ALWAYS_BUILD: 'true' };
  const flags = up(['--listen', '127.0.0.1:1'], env);
  assert.deepEqual([flags['log-dir'], flags['listen'], flags['build']], ['/var/log', '127.0.0.1:1', true]);
});

test('an empty environment variable counts as unset', () => {
  assert.equal(up([], { SPIN_LOG_DIR: '' })['log-dir'], undefined);
});

for (const off of ['0', 'false', 'no', 'OFF']) {
  test(`SPIN_ALWAYS_BUILD=${off} does not build`, () => assert.equal(up([], { SPIN_ALWAYS_BUILD: off })['build'], false));
}

test('what follows --up belongs to `tspin up`', () => {
  const input = parseInput(buildCommand, ['-c', 'one', '--up', '-c', 'two', '--quiet', '--nonsense'], {});
  const flags = { from: undefined, profile: undefined, 'component-id': ['one'], force: false, jobs: undefined, up: true };
  assert.deepEqual(input.flags, flags);
  assert.deepEqual(input.rest, ['-c', 'two', '--quiet', '--nonsense']);
});

test('watch has the short forms of Spin, and takes the options of up in any order', () => {
  const { flags } = parseInput(
    watchCommand,
    ['--quiet', '-c', '-d', '50', '--listen', '127.0.0.1:0', '--component-id', 'a', '--skip-build'],
    {},
  );
  assert.deepEqual(
    [flags['quiet'], flags['clear'], flags['debounce'], flags['listen'], flags['component-id'], flags['skip-build']],
    [true, true, '50', '127.0.0.1:0', ['a'], true],
  );
  for (const word of ['--workers=2', '--build', '--dev']) {
    assert.throws(() => parseInput(watchCommand, [word], {}), { code: 'unknown-option' });
  }
});
