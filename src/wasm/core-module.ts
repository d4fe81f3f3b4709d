// What a core module imports and exports, and what its tools wrote into it.
import { ByteReader, MalformedWasm, customSectionsOf, sectionsOf } from './binary.ts';

export interface CoreModule {
  readonly imports: readonly { readonly module: string; readonly name: string }[];
  /** Names of all exports, of functions and others. */
  readonly exports: readonly string[];
}

/** Throws MalformedWasm. */
export function readCoreModule(module: Uint8Array): CoreModule {
  const imports: { module: string; name: string }[] = [];
  const exports: string[] = [];
  for (const { id, body, offset } of sectionsOf(module)) {
    const reader = new ByteReader(body, offset);
    if (id === 2) imports.push(...reader.vector(readImport));
    if (id === 7) exports.push(...reader.vector(readExport));
  }
  return { imports, exports };
}

/** What tools noted in a `producers` section, field by field: `processed-by` -> [['rustc', '1.90.0']]. */
export type Producers = ReadonlyMap<string, readonly (readonly [string, string])[]>;

/** The producers of a module or component, at its outermost level; empty when there are none. */
export function producersOf(binary: Uint8Array, base = 0): Producers {
  const fields = new Map<string, [string, string][]>();
  for (const { name, data, offset } of customSectionsOf(binary, base)) {
    if (name !== 'producers') continue;
    new ByteReader(data, offset).vector(reader => {
      const field = reader.name();
      const tools = reader.vector((tool): [string, string] => [tool.name(), tool.name()]);
      fields.set(field, [...(fields.get(field) ?? []), ...tools]);
    });
  }
  return fields;
}

/** The module's own name, as V8 has it in frames; `''` without one that can be read, which V8 does not mind either. */
export function moduleNameOf(module: Uint8Array): string {
  try {
    const names = customSectionsOf(module).find(({ name }) => name === 'name');
    const reader = new ByteReader(names?.data ?? new Uint8Array());
    if (reader.done || reader.byte() !== 0) return '';
    reader.u32();
    return reader.name();
  } catch (error) {
    if (error instanceof MalformedWasm) return '';
    throw error;
  }
}

function readImport(reader: ByteReader): { module: string; name: string } {
  const module = reader.name();
  const name = reader.name();
  skipExternType(reader);
  return { module, name };
}

function readExport(reader: ByteReader): string {
  const name = reader.name();
  reader.byte();
  reader.u32();
  return name;
}

function skipExternType(reader: ByteReader): void {
  const kind = reader.byte();
  switch (kind) {
    case 0:
      reader.u32();
      return;
    case 1:
      skipValueType(reader);
      skipLimits(reader);
      return;
    case 2:
      skipLimits(reader);
      return;
    case 3:
      skipValueType(reader);
      reader.byte();
      return;
    case 4:
      reader.byte();
      reader.u32();
      return;
    default:
      throw new MalformedWasm(`unknown kind of import ${kind}`, reader.offset);
  }
}

function skipValueType(reader: ByteReader): void {
  const type = reader.byte();
  // `ref` and `ref null` are followed by a heap type; all other value types are one byte.
  if (type === 0x63 || type === 0x64) reader.skipInteger();
}

function skipLimits(reader: ByteReader): void {
  const flags = reader.byte();
  reader.skipInteger();
  if (flags & 1) reader.skipInteger();
  if (flags & 8) reader.skipInteger();
}
