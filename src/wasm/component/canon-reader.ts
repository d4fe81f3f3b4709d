// Reads `canon` definitions (component-model, Binary.md, Canonical Definitions).
import type { ByteReader } from '../binary.ts';
import { MalformedWasm } from '../binary.ts';
import type { ComponentScope, CoreSort, FunctionDefinition } from './definitions.ts';
import { NotUnderstood } from './not-understood.ts';
import type { BareBuiltIn, CanonFunction, CanonOptions, CoreItem, StreamOperation } from './plan.ts';
import { readValueType, typeAt } from './type-reader.ts';

/** A function of the component, or of its core. */
export type Canon =
  | { readonly kind: 'lift'; readonly function: FunctionDefinition }
  | { readonly kind: 'core'; readonly canon: CanonFunction };

const core = (canon: CanonFunction): Canon => ({ kind: 'core', canon });

const plain: Readonly<Record<number, BareBuiltIn>> = {
  0x05: 'task-cancel',
  0x08: 'backpressure-set',
  0x24: 'backpressure-inc',
  0x25: 'backpressure-dec',
  0x0d: 'subtask-drop',
  0x1e: 'error-context-drop',
  0x1f: 'waitable-set-new',
  0x22: 'waitable-set-drop',
  0x23: 'waitable-join',
};

const streamOperations: readonly StreamOperation[] = [
  'new',
  'read',
  'write',
  'cancel-read',
  'cancel-write',
  'drop-readable',
  'drop-writable',
];
const streamNew = 0x0e;
const futureNew = 0x15;

/** Throws NotUnderstood for what tspin does not bind itself. */
export function readCanon(reader: ByteReader, scope: ComponentScope): Canon {
  const opcode = reader.byte();
  const kind = plain[opcode];
  if (kind) return core({ kind });
  if (opcode >= streamNew && opcode < futureNew) return core(readStream(reader, scope, 'stream', opcode - streamNew));
  if (opcode >= futureNew && opcode < 0x1c) return core(readStream(reader, scope, 'future', opcode - futureNew));
  switch (opcode) {
    case 0x00:
      return readLift(reader, scope);
    case 0x01:
      return core(readLower(reader, scope));
    case 0x03:
    case 0x07:
      return core(readResourceDrop(reader, scope));
    case 0x02:
    case 0x04:
      throw new NotUnderstood('it has resources of its own');
    case 0x06:
      return core({ kind: 'subtask-cancel', async: reader.byte() !== 0 });
    case 0x09:
      return core(readTaskReturn(reader, scope));
    case 0x0a:
    case 0x0b:
      if (reader.byte() !== 0x7f) throw new NotUnderstood('it keeps a context that is no i32');
      return core({ kind: opcode === 0x0a ? 'context-get' : 'context-set', slot: reader.u32() });
    case 0x0c:
      return core({ kind: 'thread-yield', cancellable: reader.byte() !== 0 });
    case 0x1c:
      return core({ kind: 'error-context-new', options: readOptions(reader, scope) });
    case 0x1d:
      return core({ kind: 'error-context-debug-message', options: readOptions(reader, scope) });
    case 0x20:
    case 0x21:
      return core(readWait(reader, scope, opcode === 0x20 ? 'waitable-set-wait' : 'waitable-set-poll'));
    default:
      throw new NotUnderstood(`it uses the canonical function 0x${opcode.toString(16)}`);
  }
}

/** The core item whose index comes next. */
export function coreItemAt(reader: ByteReader, scope: ComponentScope, sort: CoreSort): CoreItem {
  const index = reader.u32();
  const item = scope.core[sort][index];
  if (!item) throw new MalformedWasm(`there is no core ${sort} ${index}`, reader.offset);
  return item;
}

function readLift(reader: ByteReader, scope: ComponentScope): Canon {
  reader.byte();
  const item = coreItemAt(reader, scope, 'func');
  const options = readOptions(reader, scope);
  const type = typeAt(reader, scope);
  if (type.kind !== 'function') throw new MalformedWasm('a lifted function has a type that is none', reader.offset);
  if (options.async && !options.callback) throw new NotUnderstood('it has an async function without callback');
  return { kind: 'lift', function: { kind: 'lifted', type: type.type, core: item, options } };
}

function readLower(reader: ByteReader, scope: ComponentScope): CanonFunction {
  reader.byte();
  const index = reader.u32();
  const lowered = scope.functions[index];
  if (!lowered) throw new MalformedWasm(`there is no function ${index}`, reader.offset);
  const options = readOptions(reader, scope);
  if (lowered.kind !== 'imported') throw new NotUnderstood('it is composed of several components');
  return { kind: 'lower', interface: lowered.interface, name: lowered.name, type: lowered.type, options };
}

function readResourceDrop(reader: ByteReader, scope: ComponentScope): CanonFunction {
  const type = typeAt(reader, scope);
  if (type.kind !== 'resource') throw new MalformedWasm('what is dropped is no resource', reader.offset);
  return { kind: 'resource-drop', interface: type.interface, resource: type.node.name };
}

function readTaskReturn(reader: ByteReader, scope: ComponentScope): CanonFunction {
  if (reader.byte() === 0x00) {
    const result = readValueType(reader, scope);
    return { kind: 'task-return', result, options: readOptions(reader, scope) };
  }
  if (reader.u32() !== 0) throw new NotUnderstood('a function has several results');
  return { kind: 'task-return', options: readOptions(reader, scope) };
}

function readWait(reader: ByteReader, scope: ComponentScope, kind: 'waitable-set-wait' | 'waitable-set-poll'): CanonFunction {
  const cancellable = reader.byte() !== 0;
  const memory = coreItemAt(reader, scope, 'memory');
  return { kind, cancellable, options: { encoding: 'utf8', async: false, memory } };
}

function readStream(reader: ByteReader, scope: ComponentScope, kind: 'stream' | 'future', place: number): CanonFunction {
  const operation = streamOperations[place];
  if (!operation) throw new MalformedWasm('unknown operation on a stream', reader.offset);
  const type = typeAt(reader, scope);
  if (type.kind !== 'value' || type.node.kind !== kind)
    throw new MalformedWasm(`a ${kind} has a type that is none`, reader.offset);
  const { element } = type.node;
  if (operation === 'read' || operation === 'write') {
    return { kind, operation, element, options: readOptions(reader, scope) };
  }
  const async = operation.startsWith('cancel') && reader.byte() !== 0;
  return { kind, operation, element, options: { encoding: 'utf8', async } };
}

const encodings = ['utf8', 'utf16', 'latin1+utf16'] as const;

function readOptions(reader: ByteReader, scope: ComponentScope): CanonOptions {
  let options: CanonOptions = { encoding: 'utf8', async: false };
  reader.vector(() => {
    const option = reader.byte();
    const encoding = encodings[option];
    if (encoding) options = { ...options, encoding };
    else if (option === 0x03) options = { ...options, memory: coreItemAt(reader, scope, 'memory') };
    else if (option === 0x04) options = { ...options, realloc: coreItemAt(reader, scope, 'func') };
    else if (option === 0x05) options = { ...options, postReturn: coreItemAt(reader, scope, 'func') };
    else if (option === 0x06) options = { ...options, async: true };
    else if (option === 0x07) options = { ...options, callback: coreItemAt(reader, scope, 'func') };
    else throw new NotUnderstood(`a canonical function has the option 0x${option.toString(16)}`);
  });
  return options;
}
