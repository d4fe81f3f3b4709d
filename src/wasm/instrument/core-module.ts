// A core module taken apart into its sections, with what the instrumentation has to know of it.
import { NotUnderstood } from '../component/not-understood.ts';
import { Cursor } from './cursor.ts';
import { addedNames, addedPrefix, memoryPagesMax } from './layout.ts';

export const sectionIds = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

export interface Limits {
  readonly minimum: number;
  readonly maximum: number | undefined;
}

/** A mutable global: its index and the first byte of its type. */
export interface MutableGlobal {
  readonly index: number;
  readonly type: number;
}

/** `memory`: of the one memory, wherever it comes from. */
export interface CoreModuleParts {
  readonly bytes: Uint8Array;
  readonly sections: ReadonlyMap<number, Uint8Array>;
  /** Where the code section's body begins in the module. */
  readonly codeOffset: number;
  /** The name section. Other custom sections are not kept: what they say of code is no longer true. */
  readonly names: Uint8Array | undefined;
  /** By type index: how many parameters; undefined for types that are no functions. */
  readonly parameterCounts: readonly (number | undefined)[];
  readonly typeCount: number;
  readonly importedFunctions: number;
  readonly importedGlobals: number;
  readonly importedTables: number;
  readonly ownTables: number;
  /** By own function: the index of its type. */
  readonly functionTypes: readonly number[];
  readonly memory: { readonly owner: 'own' | 'imported'; readonly limits: Limits } | undefined;
  readonly mutableGlobals: readonly MutableGlobal[];
  /** The function that instantiation calls last. */
  readonly start: number | undefined;
}

interface Imports {
  functions: number;
  globals: number;
  tables: number;
  memories: Limits[];
}

/** Throws NotUnderstood. */
export function takeApart(bytes: Uint8Array): CoreModuleParts {
  const { sections, names, codeOffset } = splitSections(bytes);
  const section = (id: number): Cursor | undefined => {
    const body = sections.get(id);
    return body && new Cursor(body);
  };
  const types = readTypes(section(sectionIds.type));
  const imports = readImports(section(sectionIds.import));
  const ownMemories = vector(section(sectionIds.memory), readMemoryLimits);
  if (imports.memories.length + ownMemories.length > 1) throw new NotUnderstood('a core module has several memories');
  const limits = imports.memories[0] ?? ownMemories[0];
  if (limits && limits.minimum > memoryPagesMax) throw new NotUnderstood('a core module has a memory of all 4 GiB');
  refuseAddedNames(section(sectionIds.export));
  return {
    bytes,
    sections,
    names,
    codeOffset,
    parameterCounts: types.parameterCounts,
    typeCount: types.count,
    importedFunctions: imports.functions,
    importedGlobals: imports.globals,
    importedTables: imports.tables,
    ownTables: section(sectionIds.table)?.u32() ?? 0,
    functionTypes: vector(section(sectionIds.function), cursor => cursor.u32()),
    memory: limits && { owner: ownMemories.length > 0 ? 'own' : 'imported', limits },
    mutableGlobals: readGlobals(section(sectionIds.global), imports.globals),
    start: section(sectionIds.start)?.u32(),
  };
}

function refuseAddedNames(exports: Cursor | undefined): void {
  vector(exports, each => {
    if (each.name().startsWith(addedPrefix))
      throw new NotUnderstood(`a core module exports names that begin with ${addedPrefix}`);
    each.skip(1);
    each.skipInteger();
  });
}

const preambleBytes = 8;

function splitSections(bytes: Uint8Array): Pick<CoreModuleParts, 'sections' | 'names' | 'codeOffset'> {
  const sections = new Map<number, Uint8Array>();
  let names: Uint8Array | undefined;
  let codeOffset = 0;
  const cursor = new Cursor(bytes, preambleBytes);
  while (cursor.at < bytes.byteLength) {
    const id = cursor.byte();
    const length = cursor.u32();
    const body = bytes.subarray(cursor.at, cursor.at + length);
    if (id === sectionIds.code) codeOffset = cursor.at;
    if (id === sectionIds.custom) {
      if (new Cursor(body).name() === 'name') names ??= body;
    } else if (id > sectionIds.tag) {
      throw new NotUnderstood(`a core module has a section ${id}`);
    } else {
      sections.set(id, body);
    }
    cursor.skip(length);
  }
  return { sections, names, codeOffset };
}

export function vector<T>(cursor: Cursor | undefined, read: (cursor: Cursor) => T): T[] {
  if (!cursor) return [];
  return Array.from({ length: cursor.u32() }, () => read(cursor));
}

function readTypes(cursor: Cursor | undefined): { count: number; parameterCounts: (number | undefined)[] } {
  const parameterCounts: (number | undefined)[] = [];
  if (cursor) {
    for (let groups = cursor.u32(); groups > 0; groups -= 1) {
      let members = 1;
      if (cursor.bytes[cursor.at] === 0x4e) {
        cursor.skip(1);
        members = cursor.u32();
      }
      for (; members > 0; members -= 1) parameterCounts.push(readSubType(cursor));
    }
  }
  return { count: parameterCounts.length, parameterCounts };
}

function readSubType(cursor: Cursor): number | undefined {
  let form = cursor.byte();
  if (form === 0x50 || form === 0x4f) {
    for (let parents = cursor.u32(); parents > 0; parents -= 1) cursor.skipInteger();
    form = cursor.byte();
  }
  if (form === 0x60) {
    const parameters = cursor.u32();
    for (let index = 0; index < parameters; index += 1) cursor.valueType();
    for (let results = cursor.u32(); results > 0; results -= 1) cursor.valueType();
    return parameters;
  }
  const fields = form === 0x5f ? cursor.u32() : 1;
  if (form !== 0x5f && form !== 0x5e) throw new NotUnderstood(`a core module has a type of the form 0x${form.toString(16)}`);
  for (let index = 0; index < fields; index += 1) {
    cursor.valueType();
    cursor.skip(1);
  }
  return undefined;
}

function readImports(cursor: Cursor | undefined): Imports {
  const imports: Imports = { functions: 0, globals: 0, tables: 0, memories: [] };
  vector(cursor, each => {
    if (each.name() === addedNames.importModule) throw new NotUnderstood('a core module imports from tspin');
    each.name();
    const kind = each.byte();
    if (kind === 0x00) {
      imports.functions += 1;
      each.skipInteger();
    } else if (kind === 0x01) {
      imports.tables += 1;
      each.valueType();
      readLimits(each);
    } else if (kind === 0x02) {
      imports.memories.push(readMemoryLimits(each));
    } else if (kind === 0x03) {
      imports.globals += 1;
      each.valueType();
      each.skip(1);
    } else if (kind === 0x04) {
      each.skip(1);
      each.skipInteger();
    } else {
      throw new NotUnderstood(`a core module has an import of the kind ${kind}`);
    }
  });
  return imports;
}

function readLimits(cursor: Cursor): Limits & { readonly flags: number } {
  const flags = cursor.byte();
  const minimum = cursor.u32();
  return { flags, minimum, maximum: (flags & 1) === 0 ? undefined : cursor.u32() };
}

function readMemoryLimits(cursor: Cursor): Limits {
  const { flags, minimum, maximum } = readLimits(cursor);
  if ((flags & 2) !== 0) throw new NotUnderstood('a core module has a shared memory');
  if (flags > 1) throw new NotUnderstood('a core module has a memory of 64 bits or with pages of its own size');
  return { minimum, maximum };
}

function readGlobals(cursor: Cursor | undefined, first: number): MutableGlobal[] {
  const mutable: MutableGlobal[] = [];
  let index = first;
  vector(cursor, each => {
    const type = each.valueType();
    if (each.byte() === 1) mutable.push({ index, type });
    each.skipExpression();
    index += 1;
  });
  return mutable;
}
