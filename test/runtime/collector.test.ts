import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Collector, NoInstance } from '../../src/runtime/collector.ts';

/** Fails `times` times with `error`, then makes `instance`. */
function maker(times: number, error: Error) {
  const seen = { makes: 0, collections: 0 };
  const collector = new Collector(() => void seen.collections++);
  const make = (): string => {
    if (seen.makes++ < times) throw error;
    return 'instance';
  };
  return { seen, make: () => collector.instantiate(make) };
}

const noMemory = new RangeError('WebAssembly.Memory(): could not allocate memory');

test('makes an instance without a collection when there is room', async () => {
  const { seen, make } = maker(0, noMemory);
  assert.equal(await make(), 'instance');
  assert.deepEqual(seen, { makes: 1, collections: 0 });
});

test('collects once and tries once more when memory is short', async () => {
  const { seen, make } = maker(1, noMemory);
  assert.equal(await make(), 'instance');
  assert.deepEqual(seen, { makes: 2, collections: 1 });
});

test('gives up when a collection makes no room', async () => {
  const { seen, make } = maker(2, noMemory);
  await assert.rejects(make(), NoInstance);
  assert.deepEqual(seen, { makes: 2, collections: 1 });
});

for (const error of [
  new RangeError('Maximum call stack size exceeded'),
  new WebAssembly.RuntimeError('memory access out of bounds'),
]) {
  test(`does not collect for "${error.message}"`, async () => {
    const { seen, make } = maker(1, error);
    await assert.rejects(make(), error);
    assert.deepEqual(seen, { makes: 1, collections: 0 });
  });
}

test('finds the collector of V8 by itself', async () => {
  let makes = 0;
  const instance = await new Collector().instantiate(() => {
    if (makes++ === 0) throw noMemory;
    return 'instance';
  });
  assert.equal(instance, 'instance');
});
