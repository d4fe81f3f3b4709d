import assert from 'node:assert/strict';
import test from 'node:test';
import { componentWit } from '@bytecodealliance/jco-transpile/wasm-tools';
import * as fc from 'fast-check';
import { MalformedWasm } from '../../src/wasm/binary.ts';
import { inspectComponent } from '../../src/wasm/inspect.ts';
import { assemble, component, counterText, emptyComponent, emptyModule, rustComponent } from './fixtures.ts';

test('tells imported functions by interface, and exported interfaces', async () => {
  assert.deepEqual(inspectComponent(await component(counterText)), {
    imports: [{ interface: 'tspin:test/clock', version: '1.2.0', functions: ['wait'] }],
    importedFunctions: [],
    exports: [{ interface: 'tspin:test/counter', version: '1.2.0' }],
    exportedFunctions: [],
  });
});

test('tells functions of the world itself from those of interfaces', async () => {
  const shape = inspectComponent(
    await component({
      wit: 'package a:b; world w { import log: func(line: string); export run: func() -> u32; }',
      world: 'w',
      wat: `(module (import "$root" "log" (func (param i32 i32))) (memory (export "memory") 1)
        (func (export "run") (result i32) (i32.const 0)))`,
    }),
  );
  assert.deepEqual(shape, { imports: [], importedFunctions: ['log'], exports: [], exportedFunctions: ['run'] });
});

test('passes over every kind of type on its way to the functions', async () => {
  const shape = inspectComponent(
    await assemble(`(component
      (import "a:b/base" (instance $base (export "handle" (type (sub resource)))))
      (alias export $base "handle" (type $handle))
      (import "a:b/types@0.3.0-rc-1" (instance
        (alias outer 1 $handle (type $outer))
        (export "handle" (type $h (eq $outer)))
        (type (record (field "a" u8) (field "b" (option string))))
        (export "record" (type $r (eq 2)))
        (type (variant (case "none") (case "some" $r))) (export "variant" (type (eq 4)))
        (type (enum "x" "y")) (export "enum" (type (eq 6)))
        (type (flags "p" "q")) (export "flags" (type (eq 8)))
        (export "res" (type $res (sub resource)))
        (export "[constructor]res" (func (result (own $res))))
        (export "[method]res.go" (func (param "self" (borrow $res)) (param "l" (list (tuple u8 s64))) (result (result (error string)))))
        (export "[async]wait" (func async (param "s" (stream u8)) (result (future))))
        (export "use" (func (param "h" (own $h))))))
      (import "a:b/types@2.0.0" (instance (export "last" (func)))))`),
  );
  assert.deepEqual(shape.imports, [
    { interface: 'a:b/base', version: undefined, functions: [] },
    {
      interface: 'a:b/types',
      version: '0.3.0-rc-1',
      functions: ['[constructor]res', '[method]res.go', '[async]wait', 'use'],
    },
    { interface: 'a:b/types', version: '2.0.0', functions: ['last'] },
  ]);
});

test('agrees with the WIT that jco prints for a component by a real toolchain', async () => {
  const bytes = rustComponent();
  const wit = await componentWit(bytes);
  const listed = (word: string) => [...wit.matchAll(new RegExp(`^  ${word} ([^;]+);`, 'gm'))].map(match => match[1]);
  const named = ({ interface: name, version }: { interface: string; version: string | undefined }) => `${name}@${version}`;
  const shape = inspectComponent(bytes);
  assert.deepEqual(shape.imports.map(named), listed('import'));
  assert.deepEqual(shape.exports.map(named), listed('export'));
  const functions = (name: string) => shape.imports.find(({ interface: its }) => its === name)?.functions;
  assert.deepEqual(functions('wasi:io/poll'), ['poll']);
  assert(functions('fermyon:spin/key-value')?.includes('[static]store.open'));
  assert(functions('wasi:http/types')?.includes('[constructor]outgoing-response'));
});

test('finds nothing in an empty component, and refuses a core module', () => {
  assert.deepEqual(inspectComponent(emptyComponent), { imports: [], importedFunctions: [], exports: [], exportedFunctions: [] });
  assert.throws(() => inspectComponent(emptyModule), MalformedWasm);
});

test('a component with bytes changed at random is read or refused, never anything else', async () => {
  const bytes = await component(counterText);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), (index, value) => {
      const changed = Uint8Array.from(bytes);
      changed[index] = value;
      try {
        inspectComponent(changed);
      } catch (error) {
        assert(error instanceof MalformedWasm, String(error));
      }
    }),
  );
});
