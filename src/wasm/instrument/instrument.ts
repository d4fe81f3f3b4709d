// Rewrites a core module so that its instances can be put back to their first state and give way while they compute:
// its memory is imported and has a virtual size, what writes to it marks pages, mutable globals are exported, and loops and
// functions look at a word of shared memory. Functions keep their indices and names.
import type { CoreModuleFacts } from '../fast/core-modules.ts';
import { addedFunctions } from './added-functions.ts';
import { sectionIds, takeApart, type CoreModuleParts } from './core-module.ts';
import { CodeOutput } from './code-output.ts';
import { Cursor } from './cursor.ts';
import { FunctionBody } from './function-body.ts';
import { addedCode, addedNames, marksPages, moduleNames, placeAdded, type AddedIndices } from './layout.ts';
import { valueTypes } from './opcodes.ts';
import { Writer } from './writer.ts';

export interface Instrumented {
  readonly bytes: Uint8Array;
  readonly facts: CoreModuleFacts;
  /** Pairs of offsets in the instrumented module and in the original: what lies behind a pair has moved by its difference. */
  readonly places: Uint32Array;
}

/** `index`: among the component's core modules. Throws NotUnderstood for what it does not know; the module must be valid. */
export function instrument(module: Uint8Array, index = 0): Instrumented {
  const parts = takeApart(module);
  const added = placeAdded(parts);
  const unfit = new Set<string>();
  for (const { type } of parts.mutableGlobals) {
    if (type < valueTypes.f64 || type > valueTypes.i32) unfit.add('it has a mutable global that cannot be read from outside');
  }
  const output = rewriteCode(parts, added, reason => unfit.add(reason));
  const sections = new Map(parts.sections);
  append(sections, sectionIds.type, 4, addedTypes());
  const imports = addedImports(parts);
  append(sections, sectionIds.import, imports.count, imports.bytes);
  const functionTypes = [added.types.tick, ...(parts.memory ? [added.types.grow, added.types.range] : [])];
  append(sections, sectionIds.function, functionTypes.length, list(functionTypes));
  // funcref, three entries, no more.
  append(sections, sectionIds.table, 1, new Writer().put(0x70, 1, 3, 3).bytes);
  const exports = addedExports(parts, added);
  append(sections, sectionIds.export, exports.count, exports.bytes);
  sections.delete(sectionIds.memory);
  // Called by the host as soon as it can give way, which it cannot during instantiation.
  sections.delete(sectionIds.start);
  sections.set(sectionIds.code, output.code.bytes);
  const { bytes, codeOffset } = join(sections, output.hints.section, nameSection(parts.names, moduleNames.of(index)));
  return { bytes, facts: factsOf(parts, [...unfit]), places: output.placesFrom(codeOffset, parts.codeOffset) };
}

function factsOf({ memory, mutableGlobals }: CoreModuleParts, unfit: readonly string[]): CoreModuleFacts {
  return {
    memory: memory?.owner ?? 'none',
    minimumPages: memory?.limits.minimum ?? 0,
    maximumPages: memory?.limits.maximum,
    mutableGlobals: mutableGlobals.map(({ index }) => addedNames.global(index)),
    unfit,
  };
}

interface Counted {
  readonly count: number;
  readonly bytes: Uint8Array;
}

const i32 = valueTypes.i32;

/** () -> (), (i32) -> i32, (i32, i32, i32) -> (i32, i32, i32), (i32, i32) -> i32 */
const addedTypes = (): Uint8Array =>
  new Writer().put(0x60, 0, 0, 0x60, 1, i32, 1, i32).put(0x60, 3, i32, i32, i32, 3, i32, i32, i32).put(0x60, 2, i32, i32, 1, i32)
    .bytes;

const list = (numbers: readonly number[]): Uint8Array => {
  const writer = new Writer();
  for (const number of numbers) writer.u32(number);
  return writer.bytes;
};

function addedImports({ memory }: CoreModuleParts): Counted {
  const writer = new Writer();
  const memoryImport = (name: string): Writer => writer.name(addedNames.importModule).name(name).put(0x02);
  let count = 1;
  if (memory) {
    const { minimum, maximum } = memory.limits;
    if (memory.owner === 'own') {
      memoryImport(addedNames.memory)
        .put(maximum === undefined ? 0 : 1)
        .u32(minimum);
      if (maximum !== undefined) writer.u32(maximum);
      count += 1;
    }
    memoryImport(addedNames.marks).put(1).u32(marksPages).u32(marksPages);
    count += 1;
  }
  memoryImport(addedNames.epoch).put(3, 1, 1);
  return { count, bytes: writer.bytes };
}

function addedExports({ mutableGlobals, start }: CoreModuleParts, { callsTable }: AddedIndices): Counted {
  const writer = new Writer().name(addedNames.calls).put(0x01).u32(callsTable);
  for (const { index } of mutableGlobals) writer.name(addedNames.global(index)).put(0x03).u32(index);
  if (start !== undefined) writer.name(addedNames.start).put(0x00).u32(start);
  return { count: mutableGlobals.length + (start === undefined ? 1 : 2), bytes: writer.bytes };
}

function append(sections: Map<number, Uint8Array>, id: number, count: number, bytes: Uint8Array): void {
  const old = sections.get(id);
  const cursor = old && new Cursor(old);
  const writer = new Writer().u32((cursor?.u32() ?? 0) + count);
  if (old && cursor) writer.copy(old, cursor.at);
  sections.set(id, writer.copy(bytes).bytes);
}

function rewriteCode(parts: CoreModuleParts, added: AddedIndices, unfit: (reason: string) => void): CodeOutput {
  const own = parts.sections.get(sectionIds.code) ?? new Uint8Array([0]);
  const cursor = new Cursor(own);
  const count = cursor.u32();
  const functions = addedFunctions(added);
  const output = new CodeOutput(own.byteLength * usualGrowth);
  output.code.u32(count + functions.length);
  const rewriter = new FunctionBody(added, { output, unfit, importedFunctions: parts.importedFunctions });
  for (let index = 0; index < count; index += 1) {
    const end = cursor.u32() + cursor.at;
    const parameters = parts.parameterCounts[parts.functionTypes[index] ?? 0] ?? 0;
    rewriter.rewrite(cursor, { end, parameters, index: parts.importedFunctions + index });
  }
  output.place(output.code.length, addedCode - parts.codeOffset);
  for (const body of functions) output.code.u32(body.byteLength).copy(body);
  return output;
}

/** Code of Go grows by half, of others by less. */
const usualGrowth = 1.5;

/** Of the module and of its sections: at most, so that nothing is moved for them. */
const headsBytes = 200;

/** The order that the format asks for. */
const order: readonly number[] = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];

function join(
  sections: ReadonlyMap<number, Uint8Array>,
  hints: Uint8Array,
  names: Uint8Array,
): { readonly bytes: Uint8Array; readonly codeOffset: number } {
  const expected = [...sections.values()].reduce((sum, body) => sum + body.byteLength, hints.byteLength + names.byteLength);
  const writer = new Writer(expected + headsBytes).put(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
  let codeOffset = 0;
  for (const id of order) {
    const body = sections.get(id);
    if (!body) continue;
    if (id === sectionIds.code) writer.put(sectionIds.custom).u32(hints.byteLength).copy(hints);
    writer.put(id).u32(body.byteLength);
    if (id === sectionIds.code) codeOffset = writer.length;
    writer.copy(body);
  }
  writer.put(sectionIds.custom).u32(names.byteLength).copy(names);
  return { bytes: writer.bytes, codeOffset };
}

/** The module's own names of functions and locals, which stay true, and another name for the module. */
function nameSection(own: Uint8Array | undefined, moduleName: string): Uint8Array {
  const name = new Writer().name(moduleName);
  const writer = new Writer().name('name').put(0).u32(name.length).copy(name.bytes);
  if (!own) return writer.bytes;
  const cursor = new Cursor(own);
  cursor.name();
  while (cursor.at < own.byteLength) {
    const from = cursor.at;
    const id = cursor.byte();
    cursor.skip(cursor.u32());
    if (id !== 0) writer.copy(own, from, cursor.at);
  }
  return writer.bytes;
}
