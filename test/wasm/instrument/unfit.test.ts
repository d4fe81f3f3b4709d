// What the instrumentation refuses, and what makes a module unfit to be put back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotUnderstood } from '../../../src/wasm/component/not-understood.ts';
import { instrument } from '../../../src/wasm/instrument/instrument.ts';
import { startRun } from '../../runtime/start-run.ts';
import { bareComponent } from '../fast/make.ts';
import { assemble } from '../fixtures.ts';
import { bodyOf, moduleOf, opcodeName, unsigned } from './assembler.ts';

const unfit: readonly (readonly [what: string, wat: string])[] = [
  ['table.set', '(table 1 funcref) (func (table.set (i32.const 0) (ref.null func)))'],
  ['table.grow', '(table 1 funcref) (func (drop (table.grow (ref.null func) (i32.const 1))))'],
  ['table.fill', '(table 1 funcref) (func (table.fill (i32.const 0) (ref.null func) (i32.const 1)))'],
  ['table.copy', '(table 1 funcref) (func (table.copy (i32.const 0) (i32.const 0) (i32.const 1)))'],
  [
    'table.init',
    '(table 1 funcref) (elem funcref (ref.null func)) (func (table.init 0 (i32.const 0) (i32.const 0) (i32.const 1)))',
  ],
  ['elem.drop', '(elem funcref (ref.null func)) (func (elem.drop 0))'],
  ['data.drop', '(memory 1) (data "x") (func (data.drop 0))'],
  [
    'struct.set',
    '(type $s (struct (field (mut i32)))) (global $g (ref $s) (struct.new $s (i32.const 1))) (func (struct.set $s 0 (global.get $g) (i32.const 2)))',
  ],
  ['array.set', '(type $a (array (mut i32))) (func (param (ref $a)) (array.set $a (local.get 0) (i32.const 0) (i32.const 2)))'],
  [
    'array.fill',
    '(type $a (array (mut i32))) (func (param (ref $a)) (array.fill $a (local.get 0) (i32.const 0) (i32.const 2) (i32.const 1)))',
  ],
  [
    'array.copy',
    '(type $a (array (mut i32))) (func (param (ref $a)) (array.copy $a $a (local.get 0) (i32.const 0) (local.get 0) (i32.const 0) (i32.const 1)))',
  ],
  [
    'array.init_data',
    '(type $a (array (mut i8))) (data "x") (func (param (ref $a)) (array.init_data $a 0 (local.get 0) (i32.const 0) (i32.const 0) (i32.const 1)))',
  ],
  [
    'array.init_elem',
    '(type $a (array (mut funcref))) (elem funcref (ref.null func)) (func (param (ref $a)) (array.init_elem $a 0 (local.get 0) (i32.const 0) (i32.const 0) (i32.const 1)))',
  ],
  ['a mutable vector', '(global (mut v128) (v128.const i64x2 0 0))'],
  ['a mutable reference to a function', '(global (mut funcref) (ref.null func))'],
  ['a mutable reference to an object', '(type $s (struct)) (global (mut (ref null $s)) (ref.null $s))'],
];

for (const [what, wat] of unfit) {
  test(`a module with ${what} is unfit to be put back`, async () => {
    const { facts, bytes } = instrument(await assemble(`(module ${wat})`));
    assert.equal(facts.unfit.length, 1);
    assert.equal(WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>), true);
  });
}

const refused: readonly (readonly [what: string, wat: string])[] = [
  ['several memories', '(memory 1) (memory 1)'],
  ['a shared memory', '(memory 1 1 shared)'],
  ['a memory of 64 bits', '(memory i64 1)'],
  ['a memory of all 4 GiB at first', '(memory 65536)'],
  ['an import from tspin', '(import "tspin" "memory" (func))'],
  ["an export by a name of tspin's", '(func (export "$tspin.calls"))'],
  ['more locals than V8 allows', `(func (local ${'i32 '.repeat(50_000)}) (i32.store (local.get 0) (local.get 1))) (memory 1)`],
];

for (const [what, wat] of refused) {
  test(`refuses a module with ${what}`, async () => {
    const module = await assemble(`(module ${wat})`);
    assert.throws(() => instrument(module), NotUnderstood);
  });
}

test('refuses a function that says it has four thousand million locals, before it makes room for them', () => {
  const body = [1, ...unsigned(2 ** 32 - 1), 0x7f, 0x0b];
  const module = moduleOf([
    [1, [[0x60, 0, 0]]],
    [3, [[0]]],
    [10, [[...unsigned(body.length), ...body]]],
  ]);
  assert.throws(() => instrument(module), { message: 'a function of a core module has too many locals' });
});

/** All that 3.0 and the legacy exceptions leave free, and the prefixes that are not used. */
const free: readonly (readonly [opcode: number, seconds: readonly number[]])[] = [
  ...[0x16, 0x17, 0x1d, 0x1e, 0x27, 0xc5, 0xd7, 0xe0, 0xe3, 0xf0, 0xff].map(opcode => [opcode, []] as const),
  [0xfb, [31, 32, 100]],
  [0xfc, [18, 19, 20, 21, 22]],
  [0xfd, [154, 162, 165, 166, 175, 176, 178, 179, 180, 187, 194, 197, 198, 207, 208, 210, 211, 212, 226, 238, 0x114, 0x120]],
  [0xfe, [4, 15, 0x4f, 0x72]],
];

for (const [opcode, seconds] of free) {
  for (const second of seconds.length > 0 ? seconds : [undefined]) {
    test(`refuses the instruction ${opcodeName(opcode, second)}`, () => {
      const code = second === undefined ? [opcode] : [opcode, (second & 0x7f) | 0x80, second >> 7];
      const module = moduleOf([
        [1, [[0x60, 0, 0]]],
        [3, [[0]]],
        [10, [bodyOf([], code)]],
      ]);
      assert.throws(() => instrument(module), NotUnderstood);
    });
  }
}

test('an instance with a NaN in a global is not put back, because JavaScript would change its bits', async () => {
  const module = await assemble(`(module (global (mut f64) (f64.const nan:0x4000000000001)) (global (mut f32) (f32.const 1)))`);
  assert.equal(bareComponent(module).instantiate(startRun()).reset(), false);
  const other = await assemble(`(module (global (mut f64) (f64.const 1)))`);
  assert.equal(bareComponent(other).instantiate(startRun()).reset(), true);
});
