import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { CodeLines } from '../../../src/wasm/dwarf/code-lines.ts';
import { sourceLines } from '../../../src/wasm/dwarf/source-lines.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { codeOffset, lineModule, oldTables, op, sleb, text, u32, uleb, unit, type UnitParts } from './line-module.ts';

/** What is told of each of these offsets in the code section. */
function linesAt(t: TestContext, module: Uint8Array, offsets: readonly number[]): (string | undefined)[] {
  const table = sourceLines(module);
  if (!table) return offsets.map(() => undefined);
  const file = join(temporaryFolder(t), 'lines');
  writeFileSync(file, table);
  const lines = new CodeLines(file);
  return offsets.map(offset => lines.at(codeOffset + offset));
}

const oneFile = oldTables([], [['a.rs', 0]]);
const old = (program: readonly number[], parts: Partial<UnitParts> = {}): Uint8Array =>
  lineModule({ '.debug_line': unit({ version: 4, tables: oneFile, program, ...parts }) });

test('every opcode does what DWARF says', t => {
  const program = [
    op.setAddress(100),
    op.setColumn(5),
    op.copy,
    op.advancePc(10),
    op.advanceLine(200),
    op.copy,
    op.advanceLine(-100),
    op.special(3, 2),
    op.setFile(2),
    op.negateStatement,
    op.basicBlock,
    op.prologueEnd,
    op.epilogueBegin,
    op.setIsa(300),
    op.setDiscriminator(9),
    op.unknownExtended,
    op.constAddPc,
    op.copy,
    op.fixedAdvancePc(300),
    op.defineFile('c.rs', 0),
    op.setFile(3),
    op.setColumn(0),
    op.copy,
    op.advancePc(6),
    op.endSequence,
  ].flat();
  const module = old(program, { tables: oldTables(['lib'], [['a.rs', 0], ['b.rs', 1]]) }); // prettier-ignore
  // 113: 3 of the special opcode; 133: 20 of const_add_pc, (255 - 13) / 12; 433: by 300; its end at 439.
  assert.deepEqual(linesAt(t, module, [99, 100, 109, 110, 112, 113, 132, 133, 432, 433, 438, 439, 999]), [
    undefined,
    'a.rs:1:5',
    'a.rs:1:5',
    'a.rs:201:5',
    'a.rs:201:5',
    'a.rs:103:5',
    'a.rs:103:5',
    'lib/b.rs:103:5',
    'lib/b.rs:103:5',
    'c.rs:103',
    'c.rs:103',
    undefined,
    undefined,
  ]);
});

test('the registers begin anew with each sequence, and sequences may come in any order', t => {
  const program = [
    [op.setAddress(300), op.setColumn(7), op.advanceLine(30), op.copy, op.advancePc(10), op.endSequence],
    [op.setAddress(200), op.copy, op.advancePc(100), op.endSequence],
  ].flat(2);
  assert.deepEqual(linesAt(t, old(program), [199, 200, 299, 300, 310]), [undefined, 'a.rs:1', 'a.rs:1', 'a.rs:31:7', undefined]);
});

test('an older opcode base makes more opcodes special, a newer one has arguments to pass', t => {
  const older = [op.setAddress(100), [10 + 3 + 12 * 2], op.advancePc(5), op.endSequence].flat();
  assert.deepEqual(linesAt(t, old(older, { opcodeBase: 10 }), [101, 102]), [undefined, 'a.rs:1']);
  const newer = [op.setAddress(100), [13, ...uleb(1000), ...uleb(7)], op.copy, [14, 1], op.advancePc(5), op.endSequence].flat();
  assert.deepEqual(linesAt(t, old(newer, { opcodeBase: 15 }), [100, 104, 105]), ['a.rs:1', 'a.rs:1', undefined]);
});

test('version 2, 64-bit DWARF and instructions of several bytes are read', t => {
  const program = [op.setAddress(100), op.copy, op.advancePc(5), op.endSequence].flat();
  assert.deepEqual(linesAt(t, old(program, { version: 2 }), [100, 105]), ['a.rs:1', undefined]);
  assert.deepEqual(linesAt(t, old(program, { wide: true }), [100, 105]), ['a.rs:1', undefined]);
  assert.deepEqual(linesAt(t, old(program, { instructionBytes: 2 }), [100, 109, 110]), ['a.rs:1', 'a.rs:1', undefined]);
});

test('version 5 has its names in other sections, or in place, and paths relative to where the compiler ran', t => {
  const form = { string: 0x08, data1: 0x0b, data2: 0x05, data4: 0x06, data8: 0x07, data16: 0x1e, udata: 0x0f, block: 0x09, strp: 0x0e, lineStrp: 0x1f }; // prettier-ignore
  const directories = [1, 1, form.lineStrp, 3, ...u32(0), ...u32(6), ...u32(10)];
  const columns = [[1, form.strp], [2, form.udata], [3, form.block], [4, form.data4], [5, form.data16], [0x2001, form.data8]]; // prettier-ignore
  const entry = (name: number, directory: number): number[] => [
    ...u32(name),
    ...uleb(directory),
    2,
    9,
    9,
    ...u32(0),
    ...Array.from({ length: 24 }, () => 7),
  ];
  const files = [columns.length, ...columns.flat(), 3, ...entry(0, 0), ...entry(5, 1), ...entry(5, 2)];
  const program = [
    op.setAddress(100),
    [0, 1, 2].map(file => [...op.setFile(file), ...op.copy, ...op.advancePc(1)]),
    op.endSequence,
  ].flat(3);
  const module = lineModule({
    '.debug_line_str': [...text('/home'), ...text('src'), ...text('/home/lib')],
    '.debug_str': [...text('a.rs'), ...text('b.rs')],
    '.debug_line': unit({ version: 5, tables: [...directories, ...files], program }),
  });
  assert.deepEqual(linesAt(t, module, [100, 101, 102, 103]), ['a.rs:1', 'src/b.rs:1', 'lib/b.rs:1', undefined]);
  const inPlace = [1, 1, form.string, 1, ...text('/home'), 2, 1, form.string, 2, form.data1, 1, ...text('/abs/c.c'), 0];
  const other = unit({ version: 5, tables: inPlace, program: [op.setFile(0), program].flat() });
  assert.deepEqual(linesAt(t, lineModule({ '.debug_line': other }), [100]), ['/abs/c.c:1']);
  const word = [1, 1, form.string, 1, ...text('/home'), 2, 1, form.string, 2, form.data2, 1, ...text('d.c'), 0, 0];
  assert.deepEqual(linesAt(t, lineModule({ '.debug_line': unit({ version: 5, tables: word, program }) }), [100]), ['d.c:1']);
});

test('code that the linker took out, rows of no line and rows that go back are not told', t => {
  const sequence = (address: number, ...rest: readonly (readonly number[])[]): number[] =>
    [op.setAddress(address), op.copy, ...rest, op.endSequence].flat();
  const program = [
    sequence(0, op.advancePc(500)),
    sequence(0xffff_ffff, op.advancePc(1)),
    sequence(990, op.advancePc(100)),
    sequence(600, op.setAddress(590), op.copy, op.advancePc(20)),
    sequence(700, op.advancePc(2), op.advanceLine(-1), op.copy, op.advancePc(8)),
    // Overlaps the one before.
    sequence(705, op.advancePc(100)),
    // Of rows for one address the last is true.
    sequence(900, op.advanceLine(5), op.copy, op.advancePc(4)),
  ].flat();
  assert.deepEqual(linesAt(t, old(program), [0, 300, 592, 600, 701, 702, 708, 750, 900, 903, 990]), [
    ...Array.from({ length: 4 }, () => undefined),
    'a.rs:1',
    undefined,
    undefined,
    undefined,
    'a.rs:6',
    'a.rs:6',
    undefined,
  ]);
});

test('what is wrong in one unit leaves the others alone', t => {
  const good = unit({
    version: 4,
    tables: oneFile,
    program: [op.setAddress(100), op.copy, op.advancePc(5), op.endSequence].flat(),
  });
  const cases: Readonly<Record<string, number[]>> = {
    'another version': unit({ version: 4, tables: oneFile, program: [] }).with(4, 9),
    'no line range': unit({ version: 4, tables: oneFile, program: [], lineRange: 0 }),
    'a program that ends in an opcode': unit({ version: 4, tables: oneFile, program: op.setAddress(200).slice(0, -2) }),
    'a name without end': unit({ version: 4, tables: [0, 65, 65], program: [] }),
    'a number without end': unit({ version: 4, tables: oneFile, program: [2, ...Array.from({ length: 30 }, () => 0xff)] }),
    'a sequence without end': unit({ version: 4, tables: oneFile, program: [...op.setAddress(200), ...op.copy] }),
    'an address of 3 bytes': unit({ version: 4, tables: oneFile, program: [0, 4, 2, 1, 1, 1] }),
    'a form that lines do not have': unit({ version: 5, tables: [1, 1, 0x19, 1], program: [] }),
    'a million entries of no bytes': unit({ version: 5, tables: [0, ...uleb(1e15)], program: [] }),
  };
  for (const [name, bad] of Object.entries(cases)) {
    assert.deepEqual(linesAt(t, lineModule({ '.debug_line': [...bad, ...good] }), [100, 104, 200]), ['a.rs:1', 'a.rs:1', undefined], name); // prettier-ignore
  }
  const cut = lineModule({ '.debug_line': [...good, ...good.slice(0, 20)] });
  assert.deepEqual(linesAt(t, cut, [100]), ['a.rs:1']);
});

test('a file that is not there, and a name beyond its section, are no line', t => {
  const unknown = [op.setAddress(100), op.setFile(9), op.copy, op.advancePc(5), op.endSequence].flat();
  assert.deepEqual(linesAt(t, old(unknown), [100]), [undefined]);
  const tables = [0, 0, 1, 1, 0x0e, 1, ...u32(0xffff_fff0)];
  const program = [op.setAddress(100), op.setFile(0), op.copy, op.advancePc(5), op.endSequence].flat();
  assert.deepEqual(linesAt(t, lineModule({ '.debug_line': unit({ version: 5, tables, program }) }), [100]), [undefined]);
});

test('a path has a length, and nothing that moves the cursor', t => {
  const program = [op.setAddress(100), op.copy, op.advancePc(5), op.endSequence].flat();
  const moving = old(program, { tables: oldTables([], [['a\n\u001B[31m\u202Eb.rs', 0]]) });
  assert.deepEqual(linesAt(t, moving, [100]), ['a??[31m?b.rs:1']);
  const [long = ''] = linesAt(t, old(program, { tables: oldTables([], [['x'.repeat(5000), 0]]) }), [100]);
  assert.equal(long.length, 1024 + ':1'.length);
});

test('a hostile program takes neither long nor much', t => {
  const millions = Array.from({ length: 500_000 }, () => op.special(0, 1)[0] ?? 0);
  const growing = Array.from({ length: 100_000 }, () => [9, 1, 0, 1]).flat();
  const files = Array.from({ length: 210_000 }, () => op.defineFile('x', 0)).flat();
  const program = [op.setAddress(100), millions, op.setAddress(100), growing, op.endSequence, files].flat();
  const startMs = performance.now();
  assert.deepEqual(linesAt(t, old(program), [100]), [undefined]);
  assert.ok(performance.now() - startMs < 20_000);
});

test('without DWARF, without code or without the written table there is no line', t => {
  assert.equal(sourceLines(lineModule({})), undefined);
  assert.equal(sourceLines(lineModule({ '.debug_line': [] })), undefined);
  assert.equal(sourceLines(Uint8Array.of(...lineModule({}), 0, 2, 5, 65)), undefined);
  assert.equal(new CodeLines(join(temporaryFolder(t), 'gone')).at(5), undefined);
});

test('numbers of LEB128 are read with and without sign', t => {
  assert.deepEqual([sleb(-100), uleb(300)], [[0x9c, 0x7f], [0xac, 0x02]]); // prettier-ignore
  const program = [op.setAddress(100), op.advanceLine(70_000), op.copy, op.advancePc(300), op.endSequence].flat();
  assert.deepEqual(linesAt(t, old(program), [100, 399, 400]), ['a.rs:70001', 'a.rs:70001', undefined]);
});
