// Every way to write is marked where it has to be: each storing instruction at the edges of pages, stores near each other, and
// the places where control flow joins.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FastInstance } from '../../../src/wasm/fast/fast-instance.ts';
import { startRun } from '../../runtime/start-run.ts';
import { bareComponent } from '../fast/make.ts';
import { assemble } from '../fixtures.ts';
import { bodyOf, Code, moduleOf, opcodeName, text, typeBytes, unsigned, type Letter } from './assembler.ts';
import { signatures, type Signature } from './signatures.ts';

const memoryBytes = 2 * 65_536;

type Functions = readonly ((address: number) => unknown)[];

/** Makes the component of one module that has a memory of two pages. */
function instantiate(
  module: Uint8Array,
  names: readonly string[],
): { readonly instance: FastInstance; readonly functions: Functions } {
  const instance = bareComponent(module).instantiate(startRun()) as FastInstance;
  const functions = names.map(
    name => instance.core.function({ from: 'instance', instance: 0, name }) as (address: number) => unknown,
  );
  return { instance, functions };
}

/** Calls it and puts the instance back, which has to leave all as it was. */
function checkPutBack(instance: FastInstance, call: () => unknown, what: string): void {
  const memory = Buffer.from(instance.core.memories[0]?.memory.buffer ?? new ArrayBuffer(0));
  call();
  assert.equal(memory.equals(Buffer.alloc(memoryBytes)), false, `${what} wrote nothing`);
  assert.equal(instance.reset(), true);
  assert.equal(memory.equals(Buffer.alloc(memoryBytes)), true, `${what} left something`);
}

const isStore = ({ opcode, second = 0, gives, width }: Signature): boolean =>
  width !== undefined && (gives === '' || (opcode === 0xfe && second >= 0x1e));

const values: Readonly<Record<Letter, (code: Code) => unknown>> = {
  i: code => code.op(0x41).s(-1),
  I: code => code.op(0x42).s(-1),
  f: code => code.op(0x43).raw(1, 2, 3, 4),
  F: code => code.op(0x44).raw(1, 2, 3, 4, 5, 6, 7, 8),
  v: code => code.op(0xfd, 12).raw(...Array.from({ length: 16 }, (_, lane) => lane + 1)),
};

function writeStore(code: Code, { opcode, second, takes, gives, width = 1, atomic, lanes }: Signature, offset: number): void {
  code.op(0x20).u(0);
  // A compared value is 0, which is what the memory holds.
  for (const [place, type] of takes.slice(1).entries()) {
    if (takes.length === 3 && place === 0) code.op(type === 'I' ? 0x42 : 0x41).s(0);
    else values[type](code);
  }
  code.op(opcode, second).u(atomic ? Math.log2(width) : 0, offset);
  if (lanes !== undefined) code.raw(0);
  if (gives !== '') code.op(0x1a);
}

/** A module with a memory and one function of an address for each code. */
function withFunctions(codes: readonly (readonly number[])[], first: readonly number[] = []): Uint8Array {
  return moduleOf([
    [1, [[0x60, 1, typeBytes.i, 0]]],
    [3, codes.map(() => [0])],
    [5, [[1, 2, 2]]],
    [7, codes.map((_, index) => [...text(`f${index}`), 0, ...unsigned(index)])],
    [10, codes.map(code => bodyOf([], [...first, ...code]))],
  ]);
}

const namesOf = (codes: readonly unknown[]): string[] => codes.map((_, index) => `f${index}`);

test('each storing instruction is marked, also where it crosses the edge of a page', () => {
  // `and`ing with -1 writes nothing new.
  const storing = signatures
    .filter(isStore)
    .filter(({ opcode, second = 0 }) => opcode !== 0xfe || second < 0x2c || second > 0x32);
  assert.equal(storing.length, 9 + 5 + 7 + 6 * 7);
  const codes = storing.map(signature => {
    const code = new Code(new Set());
    writeStore(code, signature, 8);
    return code.bytes;
  });
  const { instance, functions } = instantiate(withFunctions(codes), namesOf(codes));
  for (const [index, signature] of storing.entries()) {
    const { width = 1, atomic } = signature;
    const places = [0, 4096 - width, 4096, 65_536 - width, memoryBytes - width];
    for (const place of atomic ? places : [...places, 4097 - width, 8191]) {
      const at = Math.min(place, memoryBytes - width);
      if (at >= 8)
        checkPutBack(instance, () => functions[index]?.(at - 8), `${opcodeName(signature.opcode, signature.second)} at ${at}`);
    }
  }
});

test('stores near each other are covered by one mark, or have their own', () => {
  const distances = [0, 1, 8, 100, 220, 230, 238, 239, 240, 241, 242, 248, 255, 256, 257, 258, 264, 272, 300, 320, 4096];
  const widths = signatures.filter(
    ({ opcode, second }) => [0x3a, 0x36, 0x37].includes(opcode) || (opcode === 0xfd && second === 11),
  );
  const pairs = widths.flatMap(one =>
    distances.flatMap(distance => [
      { one, distance },
      { one, distance: -distance },
    ]),
  );
  const codes = pairs.map(({ one, distance }) => {
    const code = new Code(new Set());
    writeStore(code, one, 5000);
    writeStore(code, one, 5000 + distance);
    return code.bytes;
  });
  const { instance, functions } = instantiate(withFunctions(codes), namesOf(codes));
  for (const [index, { one, distance }] of pairs.entries()) {
    // Where the first of the two begins: at the edges of a page.
    for (const at of [16_384, 16_385, 16_384 - (one.width ?? 1), 16_383, 20_479]) {
      checkPutBack(instance, () => functions[index]?.(at - 5000), `${one.width} bytes at ${at} and ${distance} from there`);
    }
  }
});

/** Each writes at more than one page off what might seem to be the same pointer. */
const joins: readonly (readonly [what: string, code: string])[] = [
  [
    'a loop',
    '(i32.store8 (local.get $p) (i32.const 1)) (loop $l (i32.store8 (local.get $p) (i32.const 2)) (local.set $p (i32.add (local.get $p) (i32.const 8192))) (br_if $l (i32.lt_u (local.get $p) (i32.const 90000))))',
  ],
  [
    'else',
    '(if (local.get $yes) (then (i32.store8 (local.get $p) (i32.const 1))) (else (i32.store8 (local.get $p) (i32.const 2))))',
  ],
  [
    'the end of an if',
    '(if (local.get $no) (then (i32.store8 (local.get $p) (i32.const 1)))) (i32.store8 (local.get $p) (i32.const 2))',
  ],
  [
    'the end of a block',
    '(block (br_if 0 (local.get $yes)) (i32.store8 (local.get $p) (i32.const 1))) (i32.store8 (local.get $p) (i32.const 2))',
  ],
  [
    'a pointer changed in a branch',
    '(i32.store8 (local.get $p) (i32.const 1)) (if (local.get $yes) (then (local.set $p (i32.const 50000)))) (i32.store8 (local.get $p) (i32.const 1))',
  ],
  [
    'a pointer on the stack that changes',
    '(local.get $p) (local.set $p (i32.const 50000)) (i32.const 1) (i32.store8) (i32.store8 (local.get $p) (i32.const 1))',
  ],
  [
    'a tee',
    '(i32.store8 (local.get $p) (i32.const 1)) (i32.store8 (local.tee $p (i32.const 50000)) (i32.const 1)) (i32.store8 (local.get $p) (i32.const 1))',
  ],
  [
    'select',
    '(i32.store8 (local.get $p) (i32.const 1)) (i32.store8 (select (i32.const 50000) (local.get $p) (local.get $yes)) (i32.const 1))',
  ],
  [
    'a value of a block',
    '(i32.store8 (local.get $p) (i32.const 1)) (i32.store8 (block (result i32) (drop (br_if 0 (i32.const 50000) (local.get $yes))) (local.get $p)) (i32.const 1))',
  ],
  [
    'catch',
    '(block $h (try_table (catch $t $h) (i32.store8 (local.get $p) (i32.const 1)) (local.set $p (i32.const 50000)) (throw $t))) (i32.store8 (local.get $p) (i32.const 2))',
  ],
  [
    'what was thrown before its store',
    '(block $h (try_table (catch $t $h) (throw $t) (i32.store8 (local.get $p) (i32.const 1)))) (i32.store8 (local.get $p) (i32.const 2))',
  ],
  [
    'a sum that wraps around',
    '(i32.store8 offset=100 (local.get $p) (i32.const 1)) (i32.store8 (i32.add (i32.add (local.get $p) (i32.const -2147483648)) (i32.const -2147483600)) (i32.const 1))',
  ],
];

for (const [what, code] of joins) {
  test(`nothing is left of what was stored after ${what}`, async () => {
    const module = await assemble(`(module (memory 2 2) (tag $t)
      (func (export "f0") (param $p i32) (local $yes i32) (local $no i32) (local.set $yes (i32.const 1)) ${code}))`);
    const { instance, functions } = instantiate(module, ['f0']);
    for (const at of [0, 4095, 20_480 - 99]) checkPutBack(instance, () => functions[0]?.(at), `at ${at}`);
  });
}
