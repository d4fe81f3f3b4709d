import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rate } from '../../../src/trigger/http/rate.ts';

test('a rate allows a burst, then so many a second, and never saves up more than the burst', () => {
  const rate = new Rate(3, 2, 0);
  const taken = (times: number, now: number): number =>
    Array.from({ length: times }, () => rate.take(now)).filter(Boolean).length;
  assert.equal(taken(5, 0), 3);
  assert.equal(taken(5, 1_000), 2);
  assert.equal(taken(5, 1_400), 0);
  assert.equal(taken(5, 1_500), 1);
  assert.equal(taken(10, 1_000_000), 3);
});
