import assert from 'node:assert/strict';
import test from 'node:test';
import { moduleNameOf, producersOf, readCoreModule } from '../../src/wasm/core-module.ts';
import { assemble, emptyModule, producersData, withCustomSection } from './fixtures.ts';

test('lists imports and exports of every kind', async () => {
  const module = await assemble(`(module
    (import "a" "function" (func (param i32)))
    (import "a" "table" (table 1 2 funcref))
    (import "b" "memory" (memory 1 2))
    (import "b" "global" (global (mut i64)))
    (import "c" "tag" (tag (param i32)))
    (import "c" "last" (func))
    (export "run" (func 1))
    (export "memory" (memory 0)))`);
  assert.deepEqual(readCoreModule(module), {
    imports: [
      { module: 'a', name: 'function' },
      { module: 'a', name: 'table' },
      { module: 'b', name: 'memory' },
      { module: 'b', name: 'global' },
      { module: 'c', name: 'tag' },
      { module: 'c', name: 'last' },
    ],
    exports: ['run', 'memory'],
  });
});

test('agrees with V8 on imports and exports of a module by a real toolchain', async () => {
  const { readFile } = await import('node:fs/promises');
  const { rustModulePath } = await import('./fixtures.ts');
  const bytes = await readFile(rustModulePath);
  const module = await WebAssembly.compile(bytes);
  const { imports, exports } = readCoreModule(bytes);
  assert.deepEqual(
    imports,
    WebAssembly.Module.imports(module).map(({ module: from, name }) => ({ module: from, name })),
  );
  assert.deepEqual(
    exports,
    WebAssembly.Module.exports(module).map(({ name }) => name),
  );
});

test('reads which tools made a module', () => {
  const module = withCustomSection(
    emptyModule,
    'producers',
    producersData([
      ['clang', '15.0.6 (git)'],
      ['rustc', '1.90.0'],
    ]),
  );
  assert.deepEqual(producersOf(module).get('processed-by'), [
    ['clang', '15.0.6 (git)'],
    ['rustc', '1.90.0'],
  ]);
  assert.equal(producersOf(emptyModule).size, 0);
});

test('the name of a module is that of its name section, where it can be read', () => {
  const named = (...data: number[]): string => moduleNameOf(withCustomSection(emptyModule, 'name', Uint8Array.from(data)));
  assert.equal(named(0, 5, 4, ...Buffer.from('shop')), 'shop');
  // Names of functions alone, a length beyond the end, no UTF-8, nothing.
  assert.deepEqual([named(1, 1, 0), named(0, 5, 9, 115), named(0, 3, 2, 0xff, 0xff), named()], ['', '', '', '']);
  assert.equal(moduleNameOf(emptyModule), '');
});
