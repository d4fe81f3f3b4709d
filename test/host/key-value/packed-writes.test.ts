import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packWrites, unpackWrites } from '../../../src/host/key-value/packed-writes.ts';
import type { Write } from '../../../src/host/key-value/writer-messages.ts';
import { bytes } from '../../contract/store-results.ts';

const writes: readonly Write[] = [
  { kind: 'set', store: 'a', key: 'k', value: bytes('one') },
  { kind: 'increment', store: 'a', key: 'n', delta: 2n },
  { kind: 'set', store: '', key: '', value: bytes('') },
  { kind: 'delete', store: 'b', key: 'k' },
  { kind: 'set', store: 'b', key: 'k', value: bytes('two') },
  { kind: 'swap', store: 'b', key: 'k', expected: bytes('two'), value: bytes('three') },
  { kind: 'swap', store: 'b', key: 'l', expected: undefined, value: bytes('four') },
  { kind: 'set-many', store: 'b', pairs: [['x', bytes('five')]] },
  { kind: 'delete-many', store: 'b', keys: ['x', 'y'] },
  { kind: 'delete', store: 'b', key: 'z' },
];

test('writes come out as they were, in their order, also when they were posted', () => {
  assert.deepEqual(unpackWrites(packWrites(writes)), writes);
  const packed = packWrites(writes);
  const posted = structuredClone(packed, { transfer: [packed.values.buffer] });
  assert.deepEqual(unpackWrites(posted), writes);
  assert.deepEqual(unpackWrites(packWrites([])), []);
});

test('of a large buffer only the part that is written is posted', () => {
  const large = new Uint8Array(1_000_000).fill(7);
  const view = large.subarray(10, 13);
  const packed = packWrites([
    { kind: 'set', store: 'a', key: 'k', value: view },
    { kind: 'set-many', store: 'a', pairs: [['l', view]] },
    { kind: 'swap', store: 'a', key: 'm', expected: view, value: view },
  ]);
  assert.equal(packed.values.buffer.byteLength, 3);
  for (const write of unpackWrites(packed)) {
    const [, value] = write.kind === 'set-many' ? write.pairs[0]! : [undefined, 'value' in write ? write.value : bytes('')];
    assert.deepEqual(value, new Uint8Array([7, 7, 7]));
    assert.ok(value.buffer.byteLength <= 3, write.kind);
    if (write.kind === 'swap') assert.equal(write.expected?.buffer.byteLength, 3);
  }
  // What was posted from is whole.
  assert.equal(large.byteLength, 1_000_000);
});
