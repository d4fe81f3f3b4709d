import assert from 'node:assert/strict';
import { test } from 'node:test';

import { randomInsecure, randomInsecureSeed, randomRandom } from '../../../src/host/wasi-random/declarations.ts';
import { randomBytesMax, wasiRandom } from '../../../src/host/wasi-random/wasi-random.ts';
import { bootHost, StubTrap } from '../harness.ts';

const boot = async () => {
  const { functions } = await bootHost(wasiRandom());
  return { random: functions(randomRandom), insecure: functions(randomInsecure), seed: functions(randomInsecureSeed) };
};

for (const length of [0, 1, 32, 65_537]) {
  test(`gives ${length} random bytes when asked for ${length}`, async () => {
    const { random, insecure } = await boot();
    assert.equal(random['get-random-bytes'](BigInt(length)).byteLength, length);
    assert.equal(insecure['get-insecure-random-bytes'](BigInt(length)).byteLength, length);
  });
}

test('never gives the same bytes, number or seed twice', async () => {
  const { random, insecure, seed } = await boot();
  assert.notDeepEqual(random['get-random-bytes'](16n), random['get-random-bytes'](16n));
  assert.notEqual(random['get-random-u64'](), random['get-random-u64']());
  assert.notEqual(insecure['get-insecure-random-u64'](), insecure['get-insecure-random-u64']());
  const [lower, upper] = seed['insecure-seed']();
  assert.notEqual(lower, upper);
});

for (const length of [BigInt(randomBytesMax) + 1n, 2n ** 64n - 1n]) {
  test(`a guest that asks for ${length} random bytes traps instead of exhausting the host's memory`, async () => {
    const { random, insecure } = await boot();
    const trap = new StubTrap(`asked for ${length} random bytes, and one call gives at most 67108864`);
    assert.throws(() => random['get-random-bytes'](length), trap);
    assert.throws(() => insecure['get-insecure-random-bytes'](length), trap);
  });
}
