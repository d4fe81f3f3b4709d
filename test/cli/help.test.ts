import assert from 'node:assert/strict';
import { test } from 'node:test';

import { commands, commandsNotServed } from '../../src/cli/commands.ts';
import { run } from '../../src/cli/run.ts';
import { assertGolden } from '../golden.ts';
import { recordContext } from './context.ts';

const program = { version: '0.0.0', commands, notServed: commandsNotServed };
const helps: readonly (readonly [string, readonly string[]])[] = [
  ['tspin', ['--help']],
  ...commands
    .flatMap(command => [command, ...(command.subcommands ?? [])])
    .map(({ name }) => [name.replace(' ', '-'), [...name.split(' '), '--help']] as const),
];

for (const [name, words] of helps) {
  test(`\`tspin ${words.join(' ')}\` prints the help on stdout, at most 80 columns wide`, async () => {
    const context = recordContext();
    assert.equal(await run(program, words, context), 0);
    assert.equal(context.printed.stderr, '');
    const longest = Math.max(...context.printed.stdout.split('\n').map(line => line.length));
    assert.ok(longest <= 80, `a line has ${longest} columns`);
    assertGolden(`help/${name}.txt`, context.printed.stdout);
  });
}

test('`tspin help up` and `tspin u -h` are `tspin up --help`', async () => {
  const texts = await Promise.all(
    [
      ['up', '--help'],
      ['help', 'up'],
      ['u', '-h'],
    ].map(async words => {
      const context = recordContext();
      await run(program, words, context);
      return context.printed.stdout;
    }),
  );
  assert.equal(new Set(texts).size, 1);
});

for (const words of [['--version'], ['-V'], ['up', '--version']]) {
  test(`\`tspin ${words.join(' ')}\` prints the version on stdout`, async () => {
    const context = recordContext();
    assert.equal(await run(program, words, context), 0);
    assert.equal(context.printed.stdout, 'tspin 0.0.0\n');
  });
}

test('`tspin` alone shows the help on stderr and fails, so that a script notices', async () => {
  const context = recordContext();
  assert.equal(await run(program, [], context), 2);
  assert.equal(context.printed.stdout, '');
  assert.match(context.printed.stderr, /^Usage: tspin <COMMAND>/m);
});

test('--help after --up belongs to `tspin up`', async () => {
  const context = recordContext();
  await run(program, ['build', '--up', '--help'], context);
  assert.match(context.printed.stdout, /^Usage: tspin up/m);
});
