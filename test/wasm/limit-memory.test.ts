import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitMemory } from '../../src/wasm/limit-memory.ts';
import { assemble, emptyModule } from './fixtures.ts';

/** How often a memory grows by a page, and what another module that is content with the original says to it. */
async function grown(memory: string, bytesMax: number): Promise<number> {
  const text = `(module (memory (export "memory") ${memory}) (data (i32.const 0) "kept")
    (func (export "grow") (result i32)
      (local $count i32)
      (loop $more
        (if (i32.ne (memory.grow (i32.const 1)) (i32.const -1))
          (then (local.set $count (i32.add (local.get $count) (i32.const 1))) (br $more))))
      (local.get $count)))`;
  const module = new WebAssembly.Module(limitMemory(await assemble(text), bytesMax) as Uint8Array<ArrayBuffer>);
  const exports = new WebAssembly.Instance(module).exports as { memory: WebAssembly.Memory; grow: () => number };
  assert.equal(Buffer.from(exports.memory.buffer, 0, 4).toString(), 'kept');
  return exports.grow();
}

for (const [memory, pages, count] of [
  ['1', 200, 199],
  ['1 3', 200, 2],
  ['1 300', 200, 199],
  ['5', 2, 0],
] as const) {
  test(`a memory of ${memory} pages that may have ${pages} grows by ${count}`, async () => {
    assert.equal(await grown(memory, pages * 65_536), count);
  });
}

test('a module without a memory is left as it is', () => {
  assert.equal(limitMemory(emptyModule, 65_536), emptyModule);
});
