import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Running } from '../../src/runtime/running.ts';

interface One {
  place: number;
}

test('what runs is what was added and not deleted, in any order of both', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 200 }), steps => {
      const running = new Running<One>();
      const model: One[] = [];
      for (const step of steps) {
        const present = model[step - 5];
        if (present) {
          running.delete(present);
          model.splice(step - 5, 1);
        } else {
          const one = { place: -1 };
          running.add(one);
          model.push(one);
        }
        assert.deepEqual(new Set(running), new Set(model));
        assert.equal([...running].length, model.length);
      }
    }),
  );
});

test('one that goes while all are told leaves none untold', () => {
  const running = new Running<One>();
  const all = [{ place: -1 }, { place: -1 }, { place: -1 }];
  for (const one of all) running.add(one);
  const told: One[] = [];
  for (const one of running) {
    told.push(one);
    running.delete(one);
  }
  assert.deepEqual(told, all);
  assert.equal([...running].length, 0);
});
