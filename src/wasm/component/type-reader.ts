// Reads type definitions of a component (component-model, Binary.md, Type Definitions) as WIT types.
import type { WitNode } from '../../wit/types.ts';
import { ByteReader, MalformedWasm } from '../binary.ts';
import { readDeclarations, readExternName } from '../component-types.ts';
import type { Definition, InstanceDefinition, TypeDefinition, TypeScope } from './definitions.ts';
import { NotUnderstood } from './not-understood.ts';
import type { FunctionType } from './plan.ts';

const primitives: Readonly<Record<number, WitNode>> = {
  0x7f: { kind: 'bool' },
  0x7e: { kind: 's8' },
  0x7d: { kind: 'u8' },
  0x7c: { kind: 's16' },
  0x7b: { kind: 'u16' },
  0x7a: { kind: 's32' },
  0x79: { kind: 'u32' },
  0x78: { kind: 's64' },
  0x77: { kind: 'u64' },
  0x76: { kind: 'f32' },
  0x75: { kind: 'f64' },
  0x74: { kind: 'char' },
  0x73: { kind: 'string' },
  0x64: { kind: 'error-context' },
};

/** Reads one `type`. Throws MalformedWasm and NotUnderstood. */
export function readTypeDefinition(reader: ByteReader, scope: TypeScope): TypeDefinition {
  const opcode = reader.byte();
  switch (opcode) {
    case 0x42:
      return readInstanceType(reader, scope);
    case 0x41:
      readInstanceType(reader, scope);
      return { kind: 'component' };
    case 0x40:
      return { kind: 'function', type: readFunctionType(reader, scope, false) };
    case 0x43:
      return { kind: 'function', type: readFunctionType(reader, scope, true) };
    case 0x3f:
      throw new NotUnderstood('it has resources of its own');
    default:
      return { kind: 'value', node: readValueNode(reader, scope, opcode) };
  }
}

/** A value type where one is used: a primitive one, or the index of one that was defined. */
export function readValueType(reader: ByteReader, scope: TypeScope): WitNode {
  const first = reader.peek();
  if (first >= 0x40 && first <= 0x7f) {
    const primitive = primitives[reader.byte()];
    if (!primitive) throw new MalformedWasm(`unknown type 0x${first.toString(16)}`, reader.offset);
    return primitive;
  }
  const type = typeAt(reader, scope);
  if (type.kind !== 'value') throw new MalformedWasm('the type is no type of values', reader.offset);
  return type.node;
}

/** The type whose index comes next. */
export function typeAt(reader: ByteReader, scope: TypeScope): TypeDefinition {
  const index = reader.u32();
  const type = scope.types[index];
  if (!type) throw new MalformedWasm(`there is no type ${index}`, reader.offset);
  return type;
}

export const optional = <T>(reader: ByteReader, read: () => T): T | undefined => (reader.byte() === 0 ? undefined : read());

/** What an instance of the type exports. `name`: the interface that owns the resources that are new in it. */
export function instanceOf(type: TypeDefinition, name: string): InstanceDefinition {
  if (type.kind !== 'instance') throw new NotUnderstood('an instance has a type that is none');
  const scope: TypeScope = { types: [], outer: type.scope, instances: [] };
  const exports = new Map<string, Definition>();
  const reader = new ByteReader(type.body, type.offset);
  reader.vector(() => readDeclaration(reader, scope, exports, name));
  return exports;
}

function readInstanceType(reader: ByteReader, scope: TypeScope): TypeDefinition {
  const { offset } = reader;
  // Passed over once, to know where it ends.
  readDeclarations(reader);
  return { kind: 'instance', body: reader.since(offset), offset, scope };
}

function readDeclaration(reader: ByteReader, scope: TypeScope, exports: Map<string, Definition>, owner: string): void {
  const kind = reader.byte();
  switch (kind) {
    case 0x01:
      scope.types.push(readTypeDefinition(reader, scope));
      return;
    case 0x02:
      readAliasDeclaration(reader, scope);
      return;
    case 0x04:
      readExportDeclaration(reader, scope, exports, owner);
      return;
    default:
      throw new NotUnderstood(`an instance type has a declaration of the kind ${kind}`);
  }
}

/** Aliases inside instance types are of types: of components around it, or of instances. */
export function readAliasDeclaration(reader: ByteReader, scope: TypeScope): void {
  const sort = reader.byte();
  if (sort !== 0x03) throw new NotUnderstood('a type has an alias of something that is no type');
  const target = reader.byte();
  if (target === 0x02) {
    scope.types.push(outerType(reader, scope));
  } else if (target === 0x00) {
    const instance = scope.instances[reader.u32()];
    const found = instance?.get(reader.name());
    if (found?.sort !== 'type') throw new MalformedWasm('an alias leads to no type', reader.offset);
    scope.types.push(found.type);
  } else {
    throw new MalformedWasm(`unknown alias target ${target}`, reader.offset);
  }
}

export function outerType(reader: ByteReader, scope: TypeScope): TypeDefinition {
  let around: TypeScope | undefined = scope;
  for (let count = reader.u32(); count > 0; count -= 1) around = around?.outer;
  if (!around) throw new MalformedWasm('an alias leads out of the component', reader.offset);
  return typeAt(reader, around);
}

function readExportDeclaration(reader: ByteReader, scope: TypeScope, exports: Map<string, Definition>, owner: string): void {
  const name = readExternName(reader);
  const sort = reader.byte();
  if (sort === 0x01) {
    const type = typeAt(reader, scope);
    if (type.kind !== 'function') throw new MalformedWasm(`${name} is no function`, reader.offset);
    exports.set(name, { sort: 'function', function: { kind: 'imported', interface: owner, name, type: type.type } });
  } else if (sort === 0x03) {
    const type = readTypeBound(reader, scope, name, owner);
    scope.types.push(type);
    exports.set(name, { sort: 'type', type });
  } else if (sort === 0x05) {
    const instance = instanceOf(typeAt(reader, scope), `${owner}/${name}`);
    scope.instances.push(instance);
    exports.set(name, { sort: 'instance', instance });
  } else {
    throw new NotUnderstood(`the interface ${owner} has ${name}, which is neither function nor type`);
  }
}

/** The same as a type that is known, or a new resource of the interface. */
export function readTypeBound(reader: ByteReader, scope: TypeScope, name: string, owner: string): TypeDefinition {
  if (reader.byte() === 0x00) return named(typeAt(reader, scope), name);
  return { kind: 'resource', node: { kind: 'resource', name }, interface: owner };
}

/** An export gives its type a name, where it has none. */
function named(type: TypeDefinition, name: string): TypeDefinition {
  if (type.kind !== 'value' || !('name' in type.node) || type.node.name !== '') return type;
  return { kind: 'value', node: { ...type.node, name } };
}

function readFunctionType(reader: ByteReader, scope: TypeScope, async: boolean): FunctionType {
  const params = reader.vector((): readonly [string, WitNode] => [reader.name(), readValueType(reader, scope)]);
  if (reader.byte() === 0) return { async, params, result: readValueType(reader, scope) };
  if (reader.u32() !== 0) throw new NotUnderstood('a function has several results');
  return { async, params };
}

function readValueNode(reader: ByteReader, scope: TypeScope, opcode: number): WitNode {
  const value = (): WitNode => readValueType(reader, scope);
  switch (opcode) {
    case 0x72:
      return { kind: 'record', name: '', fields: reader.vector((): readonly [string, WitNode] => [reader.name(), value()]) };
    case 0x71:
      return { kind: 'variant', name: '', cases: reader.vector(() => readCase(reader, value)) };
    case 0x70: {
      const element = value();
      return element.kind === 'u8' ? { kind: 'bytes' } : { kind: 'list', element };
    }
    case 0x6f:
      return { kind: 'tuple', members: reader.vector(value) };
    case 0x6e:
      return { kind: 'flags', name: '', names: reader.vector(() => reader.name()) };
    case 0x6d:
      return { kind: 'enum', name: '', names: reader.vector(() => reader.name()) };
    case 0x6b:
      return { kind: 'option', some: value() };
    case 0x6a:
      return { kind: 'result', ok: optional(reader, value), err: optional(reader, value) };
    case 0x69:
    case 0x68: {
      const type = typeAt(reader, scope);
      if (type.kind !== 'resource') throw new MalformedWasm('a handle is of no resource', reader.offset);
      return { kind: opcode === 0x69 ? 'own' : 'borrow', resource: type.node };
    }
    case 0x66:
      return { kind: 'stream', element: optional(reader, value) };
    case 0x65:
      return { kind: 'future', element: optional(reader, value) };
    default: {
      const primitive = primitives[opcode];
      if (!primitive) throw new NotUnderstood(`it has a type of the kind 0x${opcode.toString(16)}`);
      return primitive;
    }
  }
}

function readCase(reader: ByteReader, value: () => WitNode): readonly [string, WitNode | undefined] {
  const name = reader.name();
  const type = optional(reader, value);
  reader.byte();
  return [name, type];
}
