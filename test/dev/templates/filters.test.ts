import assert from 'node:assert/strict';
import { test } from 'node:test';

import { filters } from '../../../src/dev/templates/filters.ts';

const cases: readonly (readonly [string, string, string])[] = [
  ['kebab_case', 'HelloWorld', 'hello-world'],
  ['kebab_case', 'hello_big world', 'hello-big-world'],
  ['kebab_case', 'HTTPServer2', 'http-server2'],
  ['snake_case', 'hello-world', 'hello_world'],
  ['pascal_case', 'hello-world', 'HelloWorld'],
  ['dotted_pascal_case', 'fermyon.pet-store', 'Fermyon.PetStore'],
  ['dotted_pascal_case', 'fermyon pet store', 'FermyonPetStore'],
  ['http_wildcard', '/api', '/api/...'],
  ['http_wildcard', '/', '/...'],
  ['http_wildcard', '/api/...', '/api/...'],
];
for (const [name, text, expected] of cases) {
  test(`${name} makes "${text}" into "${expected}"`, () => assert.equal(filters.get(name)?.(text), expected));
}
