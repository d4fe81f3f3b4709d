// Source text that writes values into a guest's memory (CanonicalABI.md, store).
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
import { scalarAccess } from './load.ts';
import * as runtime from './runtime.ts';
import { quoted, type Expression, type Source } from './source.ts';

/** Statements. `at`: the address, which was checked for the whole value; `value`: a name. Both have no effects. */
export function store(source: Source, type: WitNode, at: Expression, value: Expression): string {
  const node = unalias(type);
  const access = scalarAccess[node.kind];
  if (access) return `M.view.${access[1]}(${at}, ${value}, true);`;
  switch (node.kind) {
    case 'bool':
      return `M.u8[${at}] = ${value} ? 1 : 0;`;
    case 'char':
      return `M.view.setUint32(${at}, ${source.constant(runtime.lowerChar)}(${value}), true);`;
    case 'string':
      return `M.putString(${value}, ${at});`;
    case 'bytes':
      return `M.putBytes(${value}, ${at});`;
    case 'list':
      return `M.putPair(${at}, ${newList(source, node.element, value)}, ${value}.length);`;
    case 'flags':
      return `M.view.setUint${flagsSize(node.names.length) * 8}(${at}, ${flagBits(node.names, value)}, true);`;
    case 'own':
    case 'borrow':
    case 'stream':
    case 'future':
    case 'error-context':
      return `M.view.setUint32(${at}, ${lowerHandle(source, node, value)}, true);`;
    default: {
      const members = membersOf(node);
      if (members) return storeMembers(source, node, at, value);
      return storeVariant(source, node, at, value);
    }
  }
}

/** A number whose bits are the flags of `value`. */
export const flagBits = (names: readonly string[], value: Expression): Expression =>
  `(${names.map((name, place) => `(${value}[${quoted(camel(name))}] ? ${2 ** place} : 0)`).join(' + ') || '0'})`;

type HandleNode = Extract<WitNode, { kind: 'own' | 'borrow' | 'stream' | 'future' | 'error-context' }>;

export function lowerHandle(source: Source, node: HandleNode, value: Expression): Expression {
  switch (node.kind) {
    case 'own':
      return `${source.constant(runtime.giveOwn)}(I, ${value}, ${source.constant(node.resource)})`;
    case 'borrow':
      return `${source.constant(runtime.giveBorrow)}(I, ${value}, ${source.constant(node.resource)})`;
    case 'stream':
      return `${source.constant(runtime.giveStream)}(I, ${value}, ${source.constant(node.element)})`;
    case 'future':
      return `${source.constant(runtime.giveFuture)}(I, ${value}, ${source.constant(node.element)})`;
    case 'error-context':
      throw new Error('an error-context is no value of a host function');
  }
}

/** Copies a list into the guest: an expression that gives where it is. */
export function newList(source: Source, element: WitNode, value: Expression): Expression {
  const place = source.temporary();
  const item = source.temporary();
  const storer = `(${place}, ${item}) => {${store(source, element, place, item)}}`;
  const layout = source.declare(`{size: ${sizeOf(element)}, align: ${alignOf(element)}, store: ${storer}}`);
  return `${source.constant(runtime.newList)}(M, ${value}, ${layout})`;
}

/** The parts of a record or tuple. */
export function memberOf(node: WitNode, place: number, value: Expression): Expression {
  return node.kind === 'record' ? `${value}[${quoted(camel(node.fields[place]?.[0] ?? ''))}]` : `${value}[${place}]`;
}

function storeMembers(source: Source, node: WitNode, at: Expression, value: Expression): string {
  const members = membersOf(node) ?? [];
  const { offsets } = offsetsOf(members);
  const statements = members.map((member, place) => {
    const part = source.temporary();
    return `const ${part} = ${memberOf(node, place, value)}; ${store(source, member, `${at} + ${offsets[place]}`, part)}`;
  });
  return `{${statements.join(' ')}}`;
}

function storeVariant(source: Source, node: WitNode, at: Expression, value: Expression): string {
  const cases = casesOf(node);
  if (!cases) throw new Error(`no way to store a ${node.kind}`);
  const setter = `M.view.setUint${discriminantSize(cases.length) * 8}`;
  const offset = payloadOffset(cases);
  return switchCase(source, node, value, (place, type, payload) => {
    const number = `${setter}(${at}, ${place}, true);`;
    return type && payload ? `${number} ${store(source, type, `${at} + ${offset}`, payload)}` : number;
  });
}

/** Statements that do for the case that `value` is of what `act` says; `payload` names its value. */
export function switchCase(
  source: Source,
  node: WitNode,
  value: Expression,
  act: (place: number, type: WitNode | undefined, payload: Expression | undefined) => string,
): string {
  const cases = casesOf(node) ?? [];
  if (node.kind === 'option' && isPlainOption(node))
    return `if (${value} === undefined) {${act(0, undefined, undefined)}} else {${act(1, node.some, value)}}`;
  const arms = cases.map(([name, type], place) => {
    const payload = type && source.temporary();
    const statements = act(place, type, payload);
    return `case ${quoted(name)}: {${payload ? `const ${payload} = ${value}.val; ` : ''}${statements} break;}`;
  });
  const subject = node.kind === 'enum' ? value : `${value}.tag`;
  return `switch (${subject}) {${arms.join(' ')} default: throw new TypeError('the host gave no case of ' + ${quoted(node.kind)});}`;
}
