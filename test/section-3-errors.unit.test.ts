// test/section-3-errors.md names, for each error of section 3, the tests that reach it: they are there, and no error is without any.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const folder = import.meta.dirname;
const rows = readFileSync(join(folder, 'section-3-errors.md'), 'utf8')
  .split('\n')
  .filter(line => line.startsWith('| ') && !/^\| (Error|---) \|/.test(line));

test('the table of errors has rows', () => assert.ok(rows.length > 50, String(rows.length)));

for (const row of rows) {
  const [, error = '', when = '', tests = ''] = row.split(' | ').length === 3 ? ['', ...row.split(' | ')] : [];
  test(`an error has its tests: ${error.replace(/^\| /, '')} ${when}`, () => {
    const named = tests.replace(/ \|$/, '');
    if (named.startsWith('not reached: ')) return;
    const references = [...named.matchAll(/`(test\/[^`]+\.ts)` (.+?)(?=; `test\/|$)/g)];
    assert.ok(references.length > 0, row);
    for (const [, path = '', title = ''] of references) {
      const source = readFileSync(join(folder, '..', path), 'utf8').replaceAll("\\'", "'");
      assert.ok(source.includes(title), `${path} has no test ${JSON.stringify(title)}`);
    }
  });
}
