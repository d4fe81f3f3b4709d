import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusals } from '../../src/runtime/refusals.ts';

test('of many refusals the first is told at once, and how many there were later', () => {
  const told: string[] = [];
  const refusals = new Refusals(message => void told.push(message));
  for (let count = 1; count <= 1000; count += 1) refusals.add('slow', `GET /${count}`, 'too many are waiting');
  refusals.add('other', 'GET /other', 'too many are waiting');
  assert.deepEqual(told, [
    'component "slow": too many are waiting; the client of GET /1 got 503',
    'component "other": too many are waiting; the client of GET /other got 503',
  ]);
  refusals.close();
  assert.deepEqual(told.slice(2), ['component "slow": too many are waiting; 999 more got 503, the last GET /1000']);
});
