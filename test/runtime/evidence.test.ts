import assert from 'node:assert/strict';
import { test } from 'node:test';

import { HostCalls } from '../../src/runtime/evidence.ts';

test('the last eight different host calls are kept, those in a row as one', () => {
  const calls = new HostCalls();
  assert.deepEqual(calls.last, []);
  for (const name of ['a', 'b', 'b', 'b']) calls.add(name);
  assert.deepEqual(calls.last, ['a', 'b (3 times)']);
  for (const name of '12345678') calls.add(name);
  calls.add('8');
  assert.deepEqual(calls.last, ['1', '2', '3', '4', '5', '6', '7', '8 (2 times)']);
});
