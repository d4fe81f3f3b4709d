import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { sourceLines } from '../../src/wasm/dwarf/source-lines.ts';
import { limitMemory } from '../../src/wasm/limit-memory.ts';
import { plainLocate } from '../../src/wasm/plain-places.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { codeOffset, lineModule, oldTables, op, unit } from './dwarf/line-module.ts';

const memoryBytesMax = 1000 * 65_536;
/** One memory, of one page and without a maximum. */
const memory = [5, 3, 1, 0, 1];

function written(t: TestContext): { readonly module: Uint8Array; readonly path: (name: string) => string } {
  const program = [op.setAddress(100), op.copy, op.advancePc(5), op.endSequence].flat();
  const tables = oldTables([], [['a.rs', 0]]);
  const plain = lineModule({ '.debug_line': unit({ version: 4, tables, program }) });
  const module = Uint8Array.of(...plain.subarray(0, 8), ...memory, ...plain.subarray(8));
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'core.wasm'), module);
  writeFileSync(join(folder, 'core.wasm.lines'), sourceLines(module) ?? '');
  return { module, path: name => join(folder, name) };
}

const lines = [{ module: 'shop', coreFile: 'core.wasm', linesFile: 'core.wasm.lines' }];

test('an offset in a module whose memory was limited is one of the code as it was', t => {
  const { module, path } = written(t);
  const shift = limitMemory(module, memoryBytesMax).byteLength - module.byteLength;
  assert.equal(shift, 2);
  const locate = plainLocate(lines, path, memoryBytesMax);
  const first = codeOffset + memory.length + shift + 100;
  assert.deepEqual(
    [first - 1, first, first + 4, first + 5].map(offset => locate?.('shop', offset)),
    [first - 1, { source: 'a.rs:1' }, { source: 'a.rs:1' }, first + 5],
  );
});

test('a module of another name, or without lines, has its offsets as they are', t => {
  const { path } = written(t);
  assert.equal(plainLocate(lines, path, memoryBytesMax)?.('other', 118), 118);
  assert.equal(plainLocate([], path, memoryBytesMax), undefined);
  assert.equal(plainLocate(lines, name => path(`gone-${name}`), memoryBytesMax)?.('shop', 118), 118);
});
