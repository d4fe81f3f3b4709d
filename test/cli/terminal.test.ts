import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TspinError } from '../../src/errors.ts';
import { Terminal } from '../../src/cli/terminal.ts';
import { recordContext } from './context.ts';

const escape = '\u001b';

test('results go to stdout and talk goes to stderr', () => {
  const { terminal, printed } = recordContext();
  terminal.result('a result');
  terminal.talk('a notice');
  assert.deepEqual(printed, { stdout: 'a result\n', stderr: 'a notice\n' });
});

test('colours are for a terminal', () => {
  const { terminal } = recordContext({ isTTY: true });
  assert.equal(
    terminal.style('stdout', ['bold', 'green'], 'Serving'),
    `${escape}[1m${escape}[32mServing${escape}[39m${escape}[22m`,
  );
});

for (const [why, options] of [
  ['a pipe', {}],
  ['NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }],
  ['TERM=dumb', { isTTY: true, env: { TERM: 'dumb' } }],
] as const) {
  test(`there are no colours with ${why}`, () => {
    const { terminal, printed } = recordContext(options);
    assert.equal(terminal.style('stdout', ['bold', 'green'], 'Serving'), 'Serving');
    terminal.error(new TspinError('option-conflict', 'a: b'));
    assert.equal(printed.stderr, 'error[option-conflict]: a: b\n');
  });
}

test('the status line is taken away by the next output', () => {
  const { terminal, printed } = recordContext({ isTTY: true, env: { NO_COLOR: '1' } });
  terminal.status('Transpiling hello...');
  terminal.talk('a notice');
  assert.equal(printed.stderr, `Transpiling hello...\r${escape}[2Ka notice\n`);
});

test('the status line never wraps', () => {
  const { terminal, printed } = recordContext({ isTTY: true, env: { NO_COLOR: '1' } });
  terminal.status('x'.repeat(200));
  assert.equal(printed.stderr.length, 79);
});

test('there is no status line in a pipe', () => {
  const { terminal, printed } = recordContext();
  terminal.status('Transpiling hello...');
  assert.equal(printed.stderr, '');
});

test('the output of guests is dropped while stderr is not read, and that is said when it is read again', () => {
  let printed = '';
  const stderr = { writableLength: 0, write: (chunk: string | Uint8Array) => (printed += Buffer.from(chunk).toString()) };
  const terminal = new Terminal({ stdout: { write: () => {} }, stderr, env: {} });
  const write = (text: string): void => terminal.guestOutput(Buffer.from(text));
  write('one\n');
  stderr.writableLength = 5_000_000;
  write('two\n');
  write('three\n');
  stderr.writableLength = 0;
  write('four\n');
  const dropped = "warning: 10 bytes of the components' output are not shown: stderr is read too slowly\n";
  assert.equal(printed, `one\n${dropped}four\n`);
});
