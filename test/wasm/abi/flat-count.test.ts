// What is compiled late has to have the number of parameters that it will have then.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostInterfaces } from '../../../src/host/registry.ts';
import { flatCount, flatten } from '../../../src/wasm/abi/layout.ts';
import { onFirstCall } from '../../../src/wasm/abi/on-first-call.ts';

test('a type has as many core values as it is flattened to, for all types of the host', () => {
  const functions = hostInterfaces().flatMap(host => host.provides.flatMap(({ wit }) => Object.values(wit.functions)));
  const types = functions.flatMap(({ params, result }) => [...params.map(([, type]) => type), ...(result ? [result] : [])]);
  assert.ok(types.length > 500);
  for (const type of types) assert.equal(flatCount(type), flatten(type).length, JSON.stringify(type));
});

for (let arity = 0; arity <= 18; arity++) {
  test(`a function of ${arity} parameters is made by its first call, once, and gets all of them`, () => {
    let made = 0;
    const late = onFirstCall(arity, () => {
      made += 1;
      return (...args) => args.join();
    });
    assert.equal(made, 0);
    const args = Array.from({ length: arity }, (_, place) => place);
    assert.equal(late(...args), args.join());
    assert.equal(late(...args), args.join());
    assert.equal(made, 1);
  });
}
