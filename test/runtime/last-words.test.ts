import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LastWords } from '../../src/runtime/last-words.ts';

const wordsOf = (...texts: readonly string[]): readonly string[] => {
  const words = new LastWords();
  for (const text of texts) words.add(Buffer.from(text));
  return words.lines;
};

test('a guest that printed nothing, or nothing to be seen, has no last words', () => {
  assert.deepEqual(wordsOf(), []);
  assert.deepEqual(wordsOf('\n \n'), []);
});

test('keeps lines whole that were printed in parts, in the midst of a character too', () => {
  const words = new LastWords();
  for (const byte of Buffer.from('größer\nals\n')) words.add(Uint8Array.of(byte));
  assert.deepEqual(words.lines, ['größer', 'als']);
});

test('keeps the last ten lines', () => {
  const printed = Array.from({ length: 12 }, (_, index) => `line ${index}\n`);
  assert.deepEqual(
    wordsOf(...printed),
    printed.slice(2).map(line => line.trimEnd()),
  );
});

test('keeps the last 2048 bytes, however they were printed', () => {
  assert.deepEqual(wordsOf('x'.repeat(5000) + 'y'.repeat(2048)), ['y'.repeat(2048)]);
  assert.deepEqual(wordsOf('x'.repeat(2000), 'y'.repeat(2000)), ['x'.repeat(48) + 'y'.repeat(2000)]);
});
