import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Bag } from '../../src/util/bag.ts';

interface One {
  place: number;
}

test('what is in it is what was added and not deleted, in any order of both', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 200 }), steps => {
      const bag = new Bag<One>();
      const model: One[] = [];
      for (const step of steps) {
        const present = model[step - 5];
        if (present) {
          bag.delete(present);
          model.splice(step - 5, 1);
        } else {
          const one = { place: -1 };
          bag.add(one);
          model.push(one);
        }
        assert.deepEqual(new Set(bag), new Set(model));
        assert.equal(bag.size, model.length);
        bag.delete({ place: 0 });
      }
    }),
  );
});

test('one that goes while all are told leaves none untold', () => {
  const bag = new Bag<One>();
  const all = [{ place: -1 }, { place: -1 }, { place: -1 }];
  for (const one of all) bag.add(one);
  const told: One[] = [];
  for (const one of bag) {
    told.push(one);
    bag.delete(one);
  }
  assert.deepEqual(told, all);
  assert.equal(bag.size, 0);
});
