import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { editDistance, suggest } from '../../src/util/suggest.ts';

const cases: readonly [word: string, candidates: readonly string[], want: string | undefined][] = [
  ['sorce', ['source', 'files'], 'source'],
  ['key-value-stores', ['key_value_stores'], 'key_value_stores'],
  ['Source', ['files', 'source'], 'source'],
  ['compnoent', ['component', 'components'], 'component'],
  ['cart', ['shop', 'login'], undefined],
  ['x', ['y', 'z'], 'y'],
  ['ab', ['yz'], undefined],
  ['anything', [], undefined],
];

for (const [word, candidates, want] of cases) {
  test(`suggests ${want ?? 'nothing'} for ${word} among ${candidates.join(', ') || 'nothing'}`, () => {
    assert.equal(suggest(word, candidates), want);
  });
}

test('takes the first of two that are equally near', () => {
  assert.equal(suggest('cat', ['car', 'cap']), 'car');
});

test('counts a swap of neighbours as one mistake', () => {
  assert.equal(editDistance('form', 'from'), 1);
});

test('gives the same distance both ways, and 0 only for equal words', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (left, right) => {
      assert.equal(editDistance(left, right), editDistance(right, left));
      assert.equal(editDistance(left, right) === 0, left === right);
    }),
  );
});
