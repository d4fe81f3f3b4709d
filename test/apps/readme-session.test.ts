import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSession, runStep } from './readme-session.ts';

const document = (...lines: readonly string[]): string => ['# Title', '```sh', '$ not this', '```', ...lines].join('\n');

test('a session gives its commands with the output below each', () => {
  const session = document(
    '```sh session',
    '$ curl a',
    'one',
    '',
    'two',
    '$ curl b',
    '$ curl c',
    'three',
    '```',
    'text',
    '$ none',
  );
  assert.deepEqual(parseSession(session), [
    { command: 'curl a', expected: 'one\n\ntwo', line: 6 },
    { command: 'curl b', expected: '', line: 10 },
    { command: 'curl c', expected: 'three', line: 11 },
  ]);
});

test('a command may go on in the next lines', () => {
  const [step] = parseSession(document('```sh session', '$ curl \\', '  -d x \\', '  url', '200', '```'));
  assert.deepEqual(step, { command: 'curl \\\n  -d x \\\n  url', expected: '200', line: 6 });
});

test('sessions of one document are one', () => {
  const session = ['```sh session', '$ curl a', '```'];
  assert.equal(parseSession(document(...session, ...session)).length, 2);
});

test('a session that does not end is a mistake', () => {
  assert.throws(() => parseSession(document('```sh session', '$ curl a')), /not closed/);
});

test('output that belongs to no command is a mistake', () => {
  assert.throws(() => parseSession(document('```sh session', 'output', '```')), /line 6: output before the first command/);
});

test('anything but curl is refused', async () => {
  await assert.rejects(runStep({ command: 'rm -r x', expected: '', line: 9 }, 'http://x'), /line 9: .*curl only, not: rm -r x/);
});
