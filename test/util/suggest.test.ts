import assert from 'node:assert/strict';
import { test } from 'node:test';

import { suggest } from '../../src/util/suggest.ts';

const cases: readonly (readonly [string, string | undefined, readonly string[]])[] = [
  ['componet', 'component', ['component', 'trigger']],
  ['biuld', 'build', ['up', 'build', 'new']],
  ['defualt', 'default', ['default', 'cache']],
  ['Listen', 'listen', ['listen']],
  ['xyz', undefined, ['component', 'trigger']],
  ['up', undefined, ['up']],
  ['q', undefined, ['e', 'f']],
];
for (const [word, expected, candidates] of cases) {
  test(`suggests ${expected ?? 'nothing'} for "${word}" out of ${candidates.join(', ')}`, () => {
    assert.equal(suggest(word, candidates), expected);
  });
}
