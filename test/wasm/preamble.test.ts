import assert from 'node:assert/strict';
import test from 'node:test';
import { fileKindOf } from '../../src/wasm/preamble.ts';
import { emptyComponent, emptyModule } from './fixtures.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const cases: readonly (readonly [string, Uint8Array, object])[] = [
  ['a core module', emptyModule, { kind: 'core-module' }],
  ['a component', emptyComponent, { kind: 'component' }],
  ['nothing', Uint8Array.of(), { kind: 'empty' }],
  ['half a preamble', emptyModule.subarray(0, 6), { kind: 'truncated' }],
  ['half a magic word', emptyModule.subarray(0, 2), { kind: 'truncated' }],
  ['Wasm of version 2', Uint8Array.of(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0), { kind: 'wasm-version', version: '02 00 00 00' }],
  ['a text', encode('fn main() {}\n'), { kind: 'other', looksLike: 'a text file' }],
  ['a text with accents and an escape', encode('\u001b[1mgrüße\u001b[0m'), { kind: 'other', looksLike: 'a text file' }],
  ['a long text whose sample ends in a letter', encode(`x${'é'.repeat(3000)}`), { kind: 'other', looksLike: 'a text file' }],
  ['a page', encode('\n<!DOCTYPE html><html>Not found'), { kind: 'other', looksLike: 'an HTML page' }],
  ['WAT', encode('(module)'), { kind: 'other', looksLike: 'Wasm in text form (WAT)' }],
  [
    'a pointer of Git LFS',
    encode('version https://git-lfs.github.com/spec/v1\n'),
    { kind: 'other', looksLike: 'a Git LFS pointer' },
  ],
  ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0), { kind: 'other', looksLike: 'a gzip archive' }],
  ['a native program', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2), { kind: 'other', looksLike: 'a native program (ELF)' }],
  ['other bytes', Uint8Array.of(1, 2, 3, 4), { kind: 'other', looksLike: 'binary data of another kind' }],
];

for (const [name, bytes, kind] of cases) {
  test(`knows ${name} by its first bytes`, () => {
    assert.deepEqual(fileKindOf(bytes), kind);
  });
}
