// A component made in the shell of an earlier one is what wasm-tools makes, byte for byte.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readAdapter, type AdapterName } from '../../../src/wasm/adapter.ts';
import { adapterFor } from '../../../src/wasm/componentize.ts';
import { makeComponent } from '../../../src/wasm/jco.ts';
import { moduleFace } from '../../../src/wasm/shell/module-face.ts';
import { shellOf, wrap } from '../../../src/wasm/shell/shell.ts';
import { assemble, commandModule, producersData, rustModulePath, withCustomSection } from '../fixtures.ts';
import { counting, named, waitAgain } from './modules.ts';

const request = { componentId: 'hello', path: '/app/hello.wasm', at: undefined };
const byWasmTools = async (module: Uint8Array, adapter: AdapterName): Promise<Uint8Array> =>
  makeComponent(module, await readAdapter(adapter));
const byRustc = (module: Uint8Array): Uint8Array => withCustomSection(module, 'producers', producersData([['rustc', '1.90.0']]));

/** The shell is made of the first, and used for the second. */
const cases: readonly (readonly [what: string, first: () => Promise<Uint8Array>, second: () => Promise<Uint8Array>])[] = [
  ['other code', () => counting(), () => counting({ by: 2 })],
  [
    'more functions and types, so that indices are others',
    () => counting(),
    () => counting({ more: '(func (param i64 f32) (result f64) (f64.const 1))' }),
  ],
  [
    'imports that are there twice and three times',
    () => counting({ imports: waitAgain.repeat(2) }),
    () => counting({ imports: waitAgain.repeat(2), by: 2 }),
  ],
  ['producers of its own', async () => byRustc(await counting()), async () => byRustc(await counting({ by: 3 }))],
  ['other names', async () => named(await counting(), 'one'), async () => named(await counting({ by: 2 }), 'another')],
  [
    'a section of another tool, which is left as it is',
    () => counting(),
    async () => withCustomSection(await counting({ by: 2 }), 'go:buildid', Buffer.from('2')),
  ],
  [
    'a program',
    commandModule,
    () =>
      assemble(`(module
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1)
        (func (export "_start") (call $exit (i32.const 7))))`),
  ],
  [
    'a module by the Rust SDK',
    () => Promise.resolve(readFileSync(rustModulePath)),
    () => Promise.resolve(withCustomSection(readFileSync(rustModulePath), 'other', Uint8Array.of(1))),
  ],
];

for (const [what, first, second] of cases) {
  test(`${what}: the component is the one by wasm-tools`, async () => {
    const [one, two] = [await first(), await second()];
    const adapter = adapterFor(request, one);
    assert.notEqual(moduleFace(one), undefined);
    assert.equal(moduleFace(two), moduleFace(one));
    const shell = shellOf(await byWasmTools(one, adapter), one);
    assert.ok(shell, 'it is known what wasm-tools did');
    assert.equal(Buffer.compare(wrap(shell, two), await byWasmTools(two, adapter)), 0);
  });
}

test('a component that wasm-tools would not have made of the module has no shell', async () => {
  const module = await counting();
  const component = await byWasmTools(module, 'reactor');
  assert.equal(shellOf(component, await counting({ by: 2 })), undefined);
  assert.equal(shellOf(component.subarray(0, 8), module), undefined);
});
