import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseDuration, parseListenAddress, parsePairs, parseRange, parseWhole } from '../../src/cli/values.ts';

for (const [text, host, port] of [
  ['127.0.0.1:3000', '127.0.0.1', 3000],
  ['127.0.0.1:0', '127.0.0.1', 0],
  ['[::1]:8080', '::1', 8080],
  ['localhost:65535', 'localhost', 65_535],
] as const) {
  test(`--listen ${text} is port ${port} of ${host}`, () => assert.deepEqual(parseListenAddress(text), { host, port }));
}

for (const text of ['3000', ':3000', '127.0.0.1', '127.0.0.1:', '127.0.0.1:65536', '::1:3000', 'http://localhost:3000', '']) {
  test(`--listen refuses "${text}"`, () => assert.throws(() => parseListenAddress(text), { code: 'option-invalid-value' }));
}

test('a pair is split at its first "="; its value may be empty', () => {
  assert.deepEqual(parsePairs('env', ['A=1=2', 'B=']), [
    ['A', '1=2'],
    ['B', ''],
  ]);
});

test('a whole number is taken inside its range', () => {
  assert.equal(parseWhole('max-instance-count', '200', [1, 10_000]), 200);
  for (const text of ['0', '10001', '-1', '1.5', '1k', '']) {
    assert.throws(() => parseWhole('max-instance-count', text, [1, 10_000]), { code: 'option-invalid-value' });
  }
});

test('a range is from one value on and below another, or one value', () => {
  const whole = (text: string): number => parseWhole('max-instance-reuse-count', text, [1, 1000]);
  const parse = (text: string): readonly [number, number] => parseRange('max-instance-reuse-count', text, whole);
  assert.deepEqual(
    [parse('128'), parse('64..128'), parse('1..2')],
    [
      [128, 129],
      [64, 128],
      [1, 2],
    ],
  );
  const idle = (text: string): number => parseDuration('idle-instance-timeout', text);
  assert.deepEqual(parseRange('idle-instance-timeout', '500ms..2s', idle), [500, 2000]);
  for (const text of ['', '5..5', '9..3', '1..2..3', '..', '5..', 'x..9', '0..5', '-1']) {
    assert.throws(() => parse(text), { code: 'option-invalid-value' }, text);
  }
});
