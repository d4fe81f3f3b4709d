// Source text that reads values out of a guest's memory (CanonicalABI.md, load). `M` is the GuestMemory, `I` the instance.
import { camel, type WitNode } from '../../wit/types.ts';
import {
  alignOf,
  casesOf,
  discriminantSize,
  flagsSize,
  isPlainOption,
  membersOf,
  offsetsOf,
  payloadOffset,
  sizeOf,
  unalias,
} from './layout.ts';
import * as runtime from './runtime.ts';
import { quoted, type Expression, type Source } from './source.ts';

/** How to read and write what has one place in memory; `v` is DataView. */
export const scalarAccess: Readonly<Record<string, readonly [get: string, set: string]>> = {
  u8: ['getUint8', 'setUint8'],
  s8: ['getInt8', 'setInt8'],
  u16: ['getUint16', 'setUint16'],
  s16: ['getInt16', 'setInt16'],
  u32: ['getUint32', 'setUint32'],
  s32: ['getInt32', 'setInt32'],
  u64: ['getBigUint64', 'setBigUint64'],
  s64: ['getBigInt64', 'setBigInt64'],
  f32: ['getFloat32', 'setFloat32'],
  f64: ['getFloat64', 'setFloat64'],
};

/** Reads an unsigned number of 1, 2 or 4 bytes. */
const unsigned = (size: 1 | 2 | 4, at: Expression): Expression => `M.view.getUint${size * 8}(${at}, true)`;

/** `at`: the address, which was checked for the whole value; an expression without effects. */
export function load(source: Source, type: WitNode, at: Expression): Expression {
  const node = unalias(type);
  const access = scalarAccess[node.kind];
  if (access) return `M.view.${access[0]}(${at}, true)`;
  const word = `M.view.getUint32(${at}, true)`;
  const length = `M.view.getUint32(${at} + 4, true)`;
  switch (node.kind) {
    case 'bool':
      return `(M.u8[${at}] !== 0)`;
    case 'char':
      return `${source.constant(runtime.liftChar)}(${word})`;
    case 'string':
      return `M.string(${word}, ${length})`;
    case 'bytes':
      return `M.bytes(${word}, ${length})`;
    case 'list':
      return loadList(source, node.element, word, length);
    case 'flags':
      return flagsOf(node.names, unsigned(flagsSize(node.names.length), at));
    case 'own':
    case 'borrow':
    case 'stream':
    case 'future':
    case 'error-context':
      return liftHandle(source, node, word);
    default: {
      const members = membersOf(node);
      if (members)
        return compound(
          node,
          members,
          offsetsOf(members).offsets.map((offset, place) => load(source, members[place]!, `${at} + ${offset}`)),
        );
      return loadVariant(source, node, at);
    }
  }
}

/** `pointer` and `length`: of the list. */
export function loadList(source: Source, element: WitNode, pointer: Expression, length: Expression): Expression {
  const at = source.temporary();
  const item = `${at} => ${parenthesised(load(source, element, at))}`;
  const layout = source.declare(`{size: ${sizeOf(element)}, align: ${alignOf(element)}, load: ${item}}`);
  return `${source.constant(runtime.loadList)}(M, ${pointer}, ${length}, ${layout})`;
}

/** `bits`: a number whose bits are the flags. */
export function flagsOf(names: readonly string[], bits: Expression): Expression {
  const fields = names.map((name, place) => `${quoted(camel(name))}: (b >>> ${place} & 1) === 1`);
  return `(b => ({${fields.join(', ')}}))(${bits})`;
}

type HandleNode = Extract<WitNode, { kind: 'own' | 'borrow' | 'stream' | 'future' | 'error-context' }>;

export function liftHandle(source: Source, node: HandleNode, handle: Expression): Expression {
  switch (node.kind) {
    case 'own':
      return `${source.constant(runtime.takeOwn)}(I, ${handle}, ${source.constant(node.resource)})`;
    case 'borrow':
      if (source.lends) return `${source.constant(runtime.lent)}(I, ${handle}, ${source.constant(node.resource)}, L)`;
      return `${source.constant(runtime.borrowed)}(I, ${handle}, ${source.constant(node.resource)})`;
    case 'stream':
      return `${source.constant(runtime.takeStream)}(I, ${handle}, ${source.constant(node.element)})`;
    case 'future':
      return `${source.constant(runtime.takeFuture)}(I, ${handle}, ${source.constant(node.element)})`;
    case 'error-context':
      throw new Error('an error-context is no value of a host function');
  }
}

/** A record or tuple of these parts. */
export function compound(node: WitNode, members: readonly WitNode[], parts: readonly Expression[]): Expression {
  if (node.kind !== 'record') return `[${parts.join(', ')}]`;
  const fields = node.fields.map(([name], place) => `${quoted(camel(name))}: ${parts[place]}`);
  return members.length === 0 ? '({})' : `({${fields.join(', ')}})`;
}

function loadVariant(source: Source, node: WitNode, at: Expression): Expression {
  const cases = casesOf(node);
  if (!cases) throw new Error(`no way to load a ${node.kind}`);
  const offset = payloadOffset(cases);
  return chooseCase(source, node, unsigned(discriminantSize(cases.length), at), type => load(source, type, `${at} + ${offset}`));
}

/** The value of a variant whose discriminant is `number`; `payload` reads that of a case. */
export function chooseCase(
  source: Source,
  node: WitNode,
  number: Expression,
  payload: (type: WitNode) => Expression,
): Expression {
  const cases = casesOf(node) ?? [];
  const trap = source.constant(runtime.trapCase);
  if (node.kind === 'enum') {
    const names = source.constant(node.names);
    return `(n => ${names}[n] ?? ${trap}(n))(${number})`;
  }
  const values = cases.map(([name, type]) => {
    const value = type ? payload(type) : 'undefined';
    return isPlainOption(node) ? value : `{tag: ${quoted(name)}, val: ${value}}`;
  });
  const chosen = values.map((value, place) => `n === ${place} ? ${value} : `).join('');
  return `(n => ${chosen}${trap}(n))(${number})`;
}

const parenthesised = (expression: Expression): Expression => `(${expression})`;
