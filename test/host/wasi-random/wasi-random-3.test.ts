// wasi:random 0.3 alone: its names are others, its numbers come from the same source.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { declareRandom3 } from '../../../src/host/wasi-random/declarations-3.ts';
import { randomBytesMax, wasiRandom } from '../../../src/host/wasi-random/wasi-random.ts';
import { versions3 } from '../../../src/host/versions-3.ts';
import { bootHost, StubTrap } from '../harness.ts';
import { sameInterface } from '../same-interface.ts';

for (const version of versions3) {
  test(`numbers differ from call to call, and one call gives only so many, with ${version}`, async () => {
    const host = wasiRandom();
    const { functions } = await bootHost(host);
    const declared = declareRandom3(version);
    const random = functions(sameInterface(host, declared.random));
    const insecure = functions(sameInterface(host, declared.insecure));
    const seed = functions(sameInterface(host, declared.insecureSeed));
    const numbers = [random['get-random-u64'](), insecure['get-insecure-random-u64'](), ...seed['get-insecure-seed']()];
    assert.equal(new Set(numbers).size, 4);
    assert.equal(random['get-random-bytes'](20n).byteLength, 20);
    assert.notDeepEqual(random['get-random-bytes'](20n), insecure['get-insecure-random-bytes'](20n));
    assert.throws(() => random['get-random-bytes'](BigInt(randomBytesMax) + 1n), StubTrap);
  });
}
