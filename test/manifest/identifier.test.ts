import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import {
  identifierProblem,
  kebab,
  lowerSnake,
  repairIdentifier,
  snake,
  type IdentifierRule,
} from '../../src/manifest/identifier.ts';

const cases: readonly [id: string, rule: IdentifierRule, problem: RegExp | undefined][] = [
  ['cart', kebab, undefined],
  ['my-cart2', kebab, undefined],
  ['MY-comp', kebab, undefined],
  ['api_host', lowerSnake, undefined],
  ['API_host', snake, undefined],
  ['', kebab, /empty/],
  ['my_cart', kebab, /words must be separated with '-', not '_'/],
  ['api-host', lowerSnake, /words must be separated with '_', not '-'/],
  ['my--cart', kebab, /words must not be empty/],
  ['-cart', kebab, /words must not be empty/],
  ['2cart', kebab, /must start with an ASCII letter, not '2'/],
  ['cart-2', kebab, /must start with an ASCII letter, not '2'/],
  ['cart!', kebab, /only contain ASCII letters and digits, not '!'/],
  ['caf\u00e9', kebab, /not '\u00e9'/],
  ['myCart', kebab, /all lowercase or all UPPERCASE, unlike "myCart"/],
  ['API_HOST', lowerSnake, /all lowercase/],
];

for (const [id, rule, problem] of cases) {
  const name = rule.delimiter === '-' ? 'kebab-case' : 'snake_case';
  test(`${problem ? 'refuses' : 'takes'} ${JSON.stringify(id)} as ${name}${rule.capitals ? '' : ' without capitals'}`, () => {
    if (problem) assert.match(identifierProblem(id, rule) ?? 'no problem', problem);
    else assert.equal(identifierProblem(id, rule), undefined);
  });
}

const rules = [kebab, snake, lowerSnake];
const word = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/);

test('takes any words of letters and digits that the delimiter joins', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(word, fc.boolean()), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(...rules),
      (words, rule) => {
        const id = words.map(([text, upper]) => (upper && rule.capitals ? text.toUpperCase() : text)).join(rule.delimiter);
        assert.equal(identifierProblem(id, rule), undefined);
      },
    ),
  );
});

test('takes exactly what the rule of the component model takes', () => {
  const bodies = {
    '-': /^(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(?:-(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*))*$/,
    _: /^(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(?:_(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*))*$/,
  };
  const text = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.string({ unit: fc.constantFrom('a', 'b', 'A', '1', '-', '_'), maxLength: 8 }),
  );
  fc.assert(
    fc.property(text, fc.constantFrom(kebab, snake), (id, rule) => {
      assert.equal(identifierProblem(id, rule) === undefined, bodies[rule.delimiter].test(id));
    }),
    { numRuns: 2000 },
  );
});

test('repairs a name only into a valid one', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.constantFrom(...rules), (id, rule) => {
      const repaired = repairIdentifier(id, rule);
      if (repaired !== undefined) assert.equal(identifierProblem(repaired, rule), undefined);
    }),
  );
});

test('repairs camel case, blanks and the other delimiter', () => {
  assert.equal(repairIdentifier('myShop cart_v2', kebab), 'my-shop-cart-v2');
});
