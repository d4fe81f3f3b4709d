// Walks over the type definitions of a component's binary form (component-model design/mvp/Binary.md), keeping only what
// names functions: the exports of instance types. Everything else is passed over, so that the reader stays in step.
import { ByteReader, MalformedWasm } from './binary.ts';

/** A type in a component's type index space: the functions of an instance type, or any other type. */
export type TypeEntry = { readonly kind: 'instance'; readonly functions: readonly string[] } | { readonly kind: 'other' };

export const otherType: TypeEntry = { kind: 'other' };

/** What an import, an export or a declaration stands for. `typeIndex` is meant for `instance` only. */
export interface ExternType {
  readonly sort: 'core-module' | 'function' | 'value' | 'type' | 'component' | 'instance';
  readonly typeIndex: number | undefined;
}

/** Reads one `type` definition. */
export function readType(reader: ByteReader): TypeEntry {
  const opcode = reader.byte();
  switch (opcode) {
    case 0x42:
      return { kind: 'instance', functions: readDeclarations(reader) };
    case 0x41:
      readDeclarations(reader);
      return otherType;
    case 0x40:
    case 0x43:
      skipFunctionType(reader);
      return otherType;
    case 0x3f:
      reader.byte();
      skipOptional(reader, skipIndex);
      return otherType;
    default:
      skipDefinedValueType(reader, opcode);
      return otherType;
  }
}

/** The name of an import or export. Its leading byte told plain names from interface names once; now it may be either. */
export function readExternName(reader: ByteReader): string {
  const form = reader.byte();
  if (form > 1) throw new MalformedWasm(`unknown form of name 0x${form.toString(16)}`, reader.offset);
  return reader.name();
}

export function readExternType(reader: ByteReader): ExternType {
  const sort = reader.byte();
  switch (sort) {
    case 0x00:
      reader.byte();
      reader.u32();
      return { sort: 'core-module', typeIndex: undefined };
    case 0x01:
      return { sort: 'function', typeIndex: reader.u32() };
    case 0x02:
      if (reader.byte() === 0) reader.u32();
      else reader.skipInteger();
      return { sort: 'value', typeIndex: undefined };
    case 0x03:
      if (reader.byte() === 0) reader.u32();
      return { sort: 'type', typeIndex: undefined };
    case 0x04:
      return { sort: 'component', typeIndex: reader.u32() };
    case 0x05:
      return { sort: 'instance', typeIndex: reader.u32() };
    default:
      throw new MalformedWasm(`unknown sort of import or export 0x${sort.toString(16)}`, reader.offset);
  }
}

/** Passes an alias; tells whether it adds a type to the index space. */
export function readAlias(reader: ByteReader): 'type' | 'other' {
  const sort = reader.byte();
  if (sort === 0x00) reader.byte();
  const target = reader.byte();
  reader.u32();
  if (target === 0x02) reader.u32();
  else if (target <= 0x01) reader.name();
  else throw new MalformedWasm(`unknown alias target 0x${target.toString(16)}`, reader.offset);
  return sort === 0x03 ? 'type' : 'other';
}

/** The declarations of an instance or component type; gives the names of the functions that it exports. */
export function readDeclarations(reader: ByteReader): string[] {
  const functions: string[] = [];
  reader.vector(() => {
    const kind = reader.byte();
    switch (kind) {
      case 0x01:
        readType(reader);
        return;
      case 0x02:
        readAlias(reader);
        return;
      case 0x03:
        readExternName(reader);
        readExternType(reader);
        return;
      case 0x04: {
        const name = readExternName(reader);
        if (readExternType(reader).sort === 'function') functions.push(name);
        return;
      }
      default:
        throw new MalformedWasm(`unknown declaration 0x${kind.toString(16)} in a type`, reader.offset);
    }
  });
  return functions;
}

function skipFunctionType(reader: ByteReader): void {
  reader.vector(skipNamedValueType);
  // Results are one type, or a list of named ones, which today is always empty.
  if (reader.byte() === 0) reader.skipInteger();
  else reader.vector(skipNamedValueType);
}

function skipDefinedValueType(reader: ByteReader, opcode: number): void {
  switch (opcode) {
    case 0x72: // record
      reader.vector(skipNamedValueType);
      return;
    case 0x71: // variant
      reader.vector(skipCase);
      return;
    case 0x6f: // tuple
      reader.vector(skipIndex);
      return;
    case 0x6e: // flags
    case 0x6d: // enum
      reader.vector(name => name.name());
      return;
    case 0x70: // list
    case 0x6b: // option
    case 0x69: // own
    case 0x68: // borrow
      skipIndex(reader);
      return;
    case 0x67: // list of fixed length
    case 0x63: // map
      skipIndex(reader);
      skipIndex(reader);
      return;
    case 0x6a: // result
      skipOptional(reader, skipIndex);
      skipOptional(reader, skipIndex);
      return;
    case 0x66: // stream
    case 0x65: // future
      skipOptional(reader, skipIndex);
      return;
    default:
      // A primitive type under a name of its own: bool (0x7f) down to string (0x73), and error-context (0x64).
      if ((opcode < 0x73 || opcode > 0x7f) && opcode !== 0x64) {
        throw new MalformedWasm(`unknown type 0x${opcode.toString(16)}`, reader.offset);
      }
  }
}

function skipNamedValueType(reader: ByteReader): void {
  reader.name();
  skipIndex(reader);
}

function skipCase(reader: ByteReader): void {
  reader.name();
  skipOptional(reader, skipIndex);
  reader.byte();
}

/** A type index, a primitive type (a negative number, one byte) or a length: each one integer. */
function skipIndex(reader: ByteReader): void {
  reader.skipInteger();
}

function skipOptional(reader: ByteReader, skip: (reader: ByteReader) => void): void {
  if (reader.byte() !== 0) skip(reader);
}
