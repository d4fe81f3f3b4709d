// What a component asks of its host and what it offers, read from its imports and exports. Runs nothing of it.
import { parseInterfaceName } from '../wit/name.ts';
import { ByteReader, MalformedWasm, sectionsOf } from './binary.ts';
import { otherType, readAlias, readExternName, readExternType, readType } from './component-types.ts';
import type { TypeEntry } from './component-types.ts';
import { fileKindOf } from './preamble.ts';

export interface ImportedInterface {
  /** `wasi:io/poll` */
  readonly interface: string;
  /** `0.2.6`, or undefined where the package has no version. */
  readonly version: string | undefined;
  /** WIT names: `poll`, `[method]pollable.block`. Dropping a resource is not among them. */
  readonly functions: readonly string[];
}

export interface ExportedInterface {
  readonly interface: string;
  readonly version: string | undefined;
}

export interface ComponentShape {
  readonly imports: readonly ImportedInterface[];
  /** Functions imported by the world itself, outside any interface. */
  readonly importedFunctions: readonly string[];
  readonly exports: readonly ExportedInterface[];
  /** Functions exported by the world itself. */
  readonly exportedFunctions: readonly string[];
}

/** Reads the imports and exports of a component. Throws MalformedWasm. */
export function inspectComponent(component: Uint8Array): ComponentShape {
  if (fileKindOf(component).kind !== 'component') throw new MalformedWasm('not a component', 0);
  const types: TypeEntry[] = [];
  const imports: ImportedInterface[] = [];
  const importedFunctions: string[] = [];
  const exports: ExportedInterface[] = [];
  const exportedFunctions: string[] = [];

  const readers: Readonly<Record<number, (reader: ByteReader) => void>> = {
    6: reader => {
      if (readAlias(reader) === 'type') types.push(otherType);
    },
    7: reader => {
      types.push(readType(reader));
    },
    10: reader => {
      const name = readExternName(reader);
      const { sort, typeIndex } = readExternType(reader);
      if (sort === 'type') types.push(otherType);
      if (sort === 'function') importedFunctions.push(name);
      if (sort === 'instance')
        imports.push(importedInterface(name, typeIndex === undefined ? undefined : types[typeIndex], reader));
    },
    11: reader => {
      const { name, sort } = readExport(reader);
      if (sort === 'type') types.push(otherType);
      if (sort === 'function') exportedFunctions.push(name);
      if (sort === 'instance') exports.push(interfaceOf(name));
    },
  };
  for (const { id, body, offset } of sectionsOf(component)) {
    const read = readers[id];
    if (read) new ByteReader(body, offset).vector(read);
  }
  return { imports, importedFunctions, exports, exportedFunctions };
}

function importedInterface(name: string, type: TypeEntry | undefined, reader: ByteReader): ImportedInterface {
  if (type?.kind !== 'instance') throw new MalformedWasm(`import ${name} is not of an instance type`, reader.offset);
  return { ...interfaceOf(name), functions: type.functions };
}

function interfaceOf(text: string): ExportedInterface {
  const { name, version } = parseInterfaceName(text);
  return { interface: name, version };
}

const exportSorts: Readonly<Record<number, 'function' | 'type' | 'instance'>> = { 1: 'function', 3: 'type', 5: 'instance' };

function readExport(reader: ByteReader): { name: string; sort: 'function' | 'type' | 'instance' | undefined } {
  const name = readExternName(reader);
  const sort = reader.byte();
  if (sort === 0x00) reader.byte();
  reader.u32();
  if (reader.byte() !== 0) readExternType(reader);
  return { name, sort: exportSorts[sort] };
}
