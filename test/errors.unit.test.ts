// Every error code is shown to somebody in a golden file, and docs/errors.md lists them all.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { errorKinds, formatError, TspinError } from '../src/errors.ts';
import { assertGolden } from './golden.ts';

const golden = join(import.meta.dirname, 'golden');

test('every code of the error table is reached by a mistake whose text is kept', () => {
  const shown = globSync('**/*.{txt,err}', { cwd: golden }).map(name => readFileSync(join(golden, name), 'utf8'));
  const text = shown.join('\n');
  assert.deepEqual(
    Object.keys(errorKinds).filter(code => !text.includes(`error[${code}]`)),
    [],
  );
});

test('docs/errors.md lists every code (UPDATE_GOLDEN=1 rewrites it)', () => {
  const rows = Object.entries(errorKinds).map(([code, { exit, about }]) => `| \`${code}\` | ${about} | ${exit} |`);
  const text = [
    '# Errors',
    '',
    'What `tspin` says when something is wrong: `error[code]: what was found`, the place in your file where there is one, and',
    'what to do about it. The codes are stable. The exit code is 1, as Spin has it, or 2 for a mistake on the command line.',
    '',
    '| Code | When | Exit code |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
  assertGolden('../../docs/errors.md', text);
});

test('the caret stands below what is wrong, also behind tabs', () => {
  const at = { file: 'spin.toml', line: 7, column: 3, length: 4, text: '\t\tkeyy = 1' };
  const error = new TspinError('manifest-unknown-key', 'no such key', { at, help: ['one', 'two'] });
  assert.equal(
    formatError(error),
    [
      'error[manifest-unknown-key]: no such key',
      ' --> spin.toml:7:3',
      '  |',
      '7 | \t\tkeyy = 1',
      '  | \t\t^^^^',
      '  help: one',
      '  help: two',
    ].join('\n'),
  );
});
