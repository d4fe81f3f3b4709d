import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { ByteReader, MalformedWasm, customSectionsOf, sectionsOf } from '../../src/wasm/binary.ts';
import { emptyModule, leb, rustComponent, withCustomSection } from './fixtures.ts';

test('reads every 32-bit integer that LEB128 can write', () => {
  fc.assert(fc.property(fc.nat(0xffff_ffff), value => new ByteReader(Uint8Array.from(leb32(value))).u32() === value));
});

test('refuses an integer of more than 32 bits', () => {
  assert.throws(() => new ByteReader(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x1f)).u32(), /integer too large/);
  assert.throws(() => new ByteReader(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x01)).u32(), /integer too large/);
});

test('tells the offset at which the bytes end too early', () => {
  assert.throws(
    () => new ByteReader(Uint8Array.of(5, 0x61), 0x100).name(),
    (error: unknown) => error instanceof MalformedWasm && error.truncated && error.message === 'unexpected end (at offset 0x102)',
  );
});

test('refuses a name that is not UTF-8', () => {
  assert.throws(() => new ByteReader(Uint8Array.of(1, 0xff)).name(), /malformed UTF-8 \(at offset 0x1\)/);
});

test('finds custom sections with their place in the file', () => {
  const [first, second] = customSectionsOf(
    withCustomSection(withCustomSection(emptyModule, 'a', Uint8Array.of(1)), 'bc', Uint8Array.of(2, 3)),
  );
  assert.deepEqual(first, { name: 'a', data: Uint8Array.of(1), offset: 12 });
  assert.deepEqual(second, { name: 'bc', data: Uint8Array.of(2, 3), offset: 18 });
});

test('takes no cut of a component for whole, but at the end of a section', () => {
  const bytes = rustComponent();
  const ends = new Set([8, ...[...sectionsOf(bytes)].map(({ offset, body }) => offset + body.length)]);
  for (let length = 0; length <= bytes.length; length += length < 2000 ? 1 : 977) {
    const walk = () => [...sectionsOf(bytes.subarray(0, length))];
    if (ends.has(length)) walk();
    else assert.throws(walk, (error: unknown) => error instanceof MalformedWasm && error.truncated, `cut at ${length}`);
  }
});

test('no bytes whatever make the reader fail in another way than by MalformedWasm', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
      try {
        customSectionsOf(Uint8Array.from([...emptyModule, ...bytes]));
      } catch (error) {
        assert(error instanceof MalformedWasm);
      }
    }),
  );
});

/** LEB128 without the 31-bit limit of JavaScript's shifts. */
function leb32(value: number): number[] {
  return value < 0x80 ? leb(value) : [(value % 0x80) | 0x80, ...leb32(Math.floor(value / 0x80))];
}
