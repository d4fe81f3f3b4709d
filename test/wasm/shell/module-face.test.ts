// What decides how a core module becomes a component, and what does not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moduleFace } from '../../../src/wasm/shell/module-face.ts';
import { assemble, counterText, moduleWithWit, producersData, truncated, withCustomSection } from '../fixtures.ts';
import { counting, named, waitAgain } from './modules.ts';

const base = await counting();

const others: readonly (readonly [what: string, module: () => Promise<Uint8Array>])[] = [
  ['an import more', () => counting({ imports: waitAgain })],
  [
    'an import of another type',
    () => counting({ imports: '(import "tspin:test/clock@1.2.0" "wait" (func (param i64) (result i32)))' }),
  ],
  [
    'an export more',
    () => counting({ more: '(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))' }),
  ],
  ['an export of another type', () => counting({ more: '(func (export "_initialize"))' })],
  ['an exported memory of another size', () => counting({ pages: 2 })],
  ['another encoding of strings', () => moduleWithWit({ ...counterText, stringEncoding: 'utf16' })],
  ['other producers', async () => withCustomSection(base, 'producers', producersData([['rustc', '1.90.0']]))],
  ['another component-type section', async () => withCustomSection(base, 'component-type:more', Uint8Array.of(1))],
];

for (const [what, module] of others) {
  test(`${what} is another face`, async () => assert.notEqual(moduleFace(await module()), moduleFace(base)));
}

test('all faces are different ones', async () => {
  const faces = await Promise.all(others.map(async ([, module]) => moduleFace(await module())));
  assert.equal(new Set([...faces, moduleFace(base)]).size, others.length + 1);
});

test('code, names and sections of other tools are no part of it', async () => {
  for (const module of [
    await counting({ by: 2, more: '(func (param f64)) (global (mut i64) (i64.const 1)) (table 2 funcref)' }),
    named(base, 'counter'),
    withCustomSection(base, 'go:buildid', Uint8Array.of(1)),
  ])
    assert.equal(moduleFace(module), moduleFace(base));
});

/** `name` sections that wasm-tools would write in another way. */
const oddNames: readonly (readonly [what: string, data: readonly number[]])[] = [
  ['an integer longer than it need be', [0, 3, 0x81, 0, 97]],
  ['a size longer than it need be', [0, 0x82, 0, 1, 97]],
  ["the module's name behind others", [1, 4, 1, 0, 1, 97, 0, 2, 1, 97]],
  ['two names of the module', [0, 2, 1, 97, 0, 2, 1, 98]],
  ['a subsection that it does not know', [77, 1, 0]],
  ['something behind the last name', [1, 5, 1, 0, 1, 97, 0]],
  ['a name that is no UTF-8', [0, 2, 1, 0xff]],
  ['a name that ends too early', [0, 2, 5, 97]],
];

const unknown: readonly (readonly [what: string, module: () => Promise<Uint8Array>])[] = [
  ...oddNames.map(
    ([what, data]) => [`names with ${what}`, async () => withCustomSection(base, 'name', Uint8Array.from(data))] as const,
  ),
  ['a section that wasm-tools writes anew', async () => withCustomSection(base, 'authors', Buffer.from('Ada'))],
  ['a type that is no function', () => assemble('(module (type (struct)) (memory (export "memory") 1))')],
  ['an import of a tag', () => assemble('(module (import "m" "t" (tag)))')],
  ['parameters of a type that is named', () => assemble('(module (type $t (func)) (func (param (ref null $t))))')],
  ['an end too early', async () => truncated(base)],
];

for (const [what, module] of unknown) {
  test(`a module with ${what} has no face`, async () => assert.equal(moduleFace(await module()), undefined));
}

test('names of functions, locals and labels as wasm-tools writes them leave the face as it is', () => {
  const data = [0, 2, 1, 97, 1, 7, 2, 0, 1, 97, 1, 1, 98, 2, 6, 1, 0, 1, 3, 1, 99];
  assert.equal(moduleFace(withCustomSection(base, 'name', Uint8Array.from(data))), moduleFace(base));
});
