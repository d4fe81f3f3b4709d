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

test('keeps the last twenty lines', () => {
  const printed = Array.from({ length: 22 }, (_, index) => `line ${index}\n`);
  assert.deepEqual(
    wordsOf(...printed),
    printed.slice(2).map(line => line.trimEnd()),
  );
});

test('tells equal lines in a row once, so that what came before them is not lost', () => {
  assert.deepEqual(
    wordsOf('too much recursion\n', ...Array.from({ length: 128 }, () => '  depth@cart.js:71:10\n'), 'the end\n'),
    ['too much recursion', '  depth@cart.js:71:10 (128 times)', 'the end'],
  );
  assert.deepEqual(wordsOf('a\na\nb\n\n\n\nc'), ['a', 'a', 'b', '', '', '', 'c']);
});

test('keeps the last 16 KiB, however they were printed', () => {
  assert.deepEqual(wordsOf('x'.repeat(50_000) + 'y'.repeat(16_384)), ['y'.repeat(16_384)]);
  assert.deepEqual(wordsOf('x'.repeat(16_000), 'y'.repeat(16_000)), ['x'.repeat(384) + 'y'.repeat(16_000)]);
  assert.deepEqual(wordsOf(...Array.from({ length: 100 }, () => 'z'.repeat(1000))), ['z'.repeat(16_384)]);
});

test('keeps what was printed, and not what the memory holds later', () => {
  const memory = new Uint8Array(Buffer.from('said'));
  const words = new LastWords();
  words.add(memory);
  memory.fill(0x21);
  assert.deepEqual(words.lines, ['said']);
});
