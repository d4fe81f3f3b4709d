import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import { globSegments, GlobSyntaxError, looksLikeGlob, pathMatcher } from '../../src/util/glob.ts';

const cases: readonly [pattern: string, path: string, matches: boolean][] = [
  ['a.txt', 'a.txt', true],
  ['a.txt', 'axtxt', false],
  ['*.txt', 'a.txt', true],
  ['*.txt', '.txt', true],
  ['*.txt', 'A.TXT', false],
  ['static/x/*', 'static/x/a', true],
  ['static/x/*', 'static/x/a/b.css', true],
  ['static/x/*', 'static/y/a', false],
  ['*.map', 'static/js/app.map', true],
  ['**/*.map', 'app.map', true],
  ['**/*.map', 'static/js/app.map', true],
  ['static/**', 'static/js/app.map', true],
  ['static/**', 'statics', false],
  ['static/**/b', 'static/b', true],
  ['static/**/b', 'static/a/b', true],
  ['static/**/b', 'static/ab', false],
  ['?.txt', 'a.txt', true],
  ['?.txt', '\u{1F600}.txt', true],
  ['?.txt', 'ab.txt', false],
  ['[ab].txt', 'b.txt', true],
  ['[a-c].txt', 'b.txt', true],
  ['[!a-c].txt', 'b.txt', false],
  ['[!a-c].txt', 'd.txt', true],
  ['[]].txt', '].txt', true],
  ['[!]].txt', 'x.txt', true],
  ['[a-].txt', '-.txt', true],
  ['[c-a]', 'b', false],
  ['[.]', 'x', false],
  ['(a|b){1}+^$', '(a|b){1}+^$', true],
  ['{a,b}', 'a', false],
];

for (const [pattern, path, matches] of cases) {
  test(`the pattern ${pattern} ${matches ? 'matches' : 'leaves'} ${path}`, () => {
    assert.equal(pathMatcher(pattern)(path), matches);
  });
}

for (const pattern of ['a**', '**a', 'a/**b/c', '***', '[abc', '[', '[]', '[!]']) {
  test(`refuses the pattern ${pattern}`, () => {
    assert.throws(() => pathMatcher(pattern), GlobSyntaxError);
    assert.throws(() => globSegments(pattern), GlobSyntaxError);
  });
}

test('takes a pattern apart at its slashes', () => {
  const kinds = globSegments('static/**/*.html').map(({ kind }) => kind);
  assert.deepEqual(kinds, ['literal', 'recursive', 'wildcard']);
});

test('matches a text without wildcards with itself only', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, other) => {
      fc.pre(!looksLikeGlob(text));
      assert.equal(pathMatcher(text)(text), true);
      assert.equal(pathMatcher(text)(other), text === other);
    }),
  );
});
