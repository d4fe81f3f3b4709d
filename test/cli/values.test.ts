import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseListenAddress, parsePairs } from '../../src/cli/values.ts';

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
