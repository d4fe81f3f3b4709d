import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textHash } from '../../src/util/text-hash.ts';

test('texts that differ in a letter, in order or in length have other names', () => {
  const texts = ['', 'a', 'b', 'ab', 'ba', 'abcd', 'abce', 'abcd\0', 'abcdabcd', 'ä', '/home/a/app.wasm', '/home/b/app.wasm'];
  const many = Array.from({ length: 20_000 }, (_, index) => `/apps/${index}/main.wasm`);
  const all = [...texts, ...many];
  assert.equal(new Set(all.map(textHash)).size, all.length);
  for (const text of texts) assert.match(textHash(text), /^[0-9a-f]{16}$/);
  assert.equal(textHash('abcd'), textHash('abcd'));
});
