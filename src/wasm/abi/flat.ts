// Source text between values and core values: lift_flat and lower_flat of CanonicalABI.md.
import type { WitNode } from '../../wit/types.ts';
import { casesOf, flatten, flattenPayloads, membersOf, unalias, type CoreType } from './layout.ts';
import { chooseCase, compound, flagsOf, liftHandle, loadList } from './load.ts';
import * as runtime from './runtime.ts';
import type { Expression, Source } from './source.ts';
import { flagBits, lowerHandle, memberOf, newList, switchCase } from './store.ts';

/** The host's value of `type`, read from the first of `flat`, which are taken out. */
export function liftFlat(source: Source, type: WitNode, flat: Expression[]): Expression {
  const node = unalias(type);
  const next = (): Expression => flat.shift() ?? missing(node);
  switch (node.kind) {
    case 'bool':
      return `(${next()} !== 0)`;
    case 'u8':
      return `(${next()} & 255)`;
    case 'u16':
      return `(${next()} & 65535)`;
    case 'u32':
      return `(${next()} >>> 0)`;
    case 's8':
      return `(${next()} << 24 >> 24)`;
    case 's16':
      return `(${next()} << 16 >> 16)`;
    case 's32':
      return `(${next()} | 0)`;
    case 'u64':
      return `BigInt.asUintN(64, ${next()})`;
    case 's64':
      return `BigInt.asIntN(64, ${next()})`;
    case 'f32':
    case 'f64':
      return next();
    case 'char':
      return `${source.constant(runtime.liftChar)}(${next()})`;
    case 'string':
      return `M.string(${next()}, ${next()})`;
    case 'bytes':
      return `M.bytes(${next()}, ${next()})`;
    case 'list':
      return loadList(source, node.element, next(), next());
    case 'flags':
      return flagsOf(node.names, next());
    case 'own':
    case 'borrow':
    case 'stream':
    case 'future':
    case 'error-context':
      return liftHandle(source, node, next());
    default: {
      const members = membersOf(node);
      if (members)
        return compound(
          node,
          members,
          members.map(member => liftFlat(source, member, flat)),
        );
      return liftVariant(source, node, flat);
    }
  }
}

function liftVariant(source: Source, node: WitNode, flat: Expression[]): Expression {
  const cases = casesOf(node) ?? missing(node);
  const joined = flattenPayloads(cases);
  const number = flat.shift() ?? missing(node);
  const payload = flat.splice(0, joined.length);
  return chooseCase(source, node, `(${number} >>> 0)`, type => {
    const own = flatten(type).map((core, place) =>
      fromJoined(source, payload[place] ?? missing(node), joined[place] ?? core, core),
    );
    return liftFlat(source, type, own);
  });
}

/** Statements that put the core values of `value` into the variables `into`, which are taken out. */
export function lowerFlat(source: Source, type: WitNode, value: Expression, into: Expression[]): string {
  const node = unalias(type);
  const put = (expression: Expression): string => `${into.shift() ?? missing(node)} = ${expression};`;
  switch (node.kind) {
    case 'bool':
      return put(`${value} ? 1 : 0`);
    case 'u8':
      return put(`${value} & 255`);
    case 'u16':
      return put(`${value} & 65535`);
    case 'u32':
    case 's32':
      return put(`${value} | 0`);
    case 's8':
      return put(`${value} << 24 >> 24`);
    case 's16':
      return put(`${value} << 16 >> 16`);
    case 'u64':
    case 's64':
      return put(`BigInt.asIntN(64, ${value})`);
    case 'f32':
    case 'f64':
      return put(value);
    case 'char':
      return put(`${source.constant(runtime.lowerChar)}(${value})`);
    case 'string':
    case 'bytes':
    case 'list':
      return lowerPair(source, node, value, into);
    case 'flags':
      return put(flagBits(node.names, value));
    case 'own':
    case 'borrow':
    case 'stream':
    case 'future':
    case 'error-context':
      return put(lowerHandle(source, node, value));
    default: {
      const members = membersOf(node);
      if (members) return lowerMembers(source, node, value, into);
      return lowerVariant(source, node, value, into);
    }
  }
}

function lowerPair(source: Source, node: WitNode, value: Expression, into: Expression[]): string {
  const pointer = into.shift() ?? missing(node);
  const length = into.shift() ?? missing(node);
  if (node.kind === 'string') return `${pointer} = M.newString(${value}); ${length} = M.units;`;
  if (node.kind === 'bytes') return `${pointer} = M.newBytes(${value}); ${length} = ${value}.byteLength;`;
  if (node.kind !== 'list') return missing(node);
  return `${pointer} = ${newList(source, node.element, value)}; ${length} = ${value}.length;`;
}

function lowerMembers(source: Source, node: WitNode, value: Expression, into: Expression[]): string {
  const statements = (membersOf(node) ?? []).map((member, place) => {
    const part = source.temporary();
    return `const ${part} = ${memberOf(node, place, value)}; ${lowerFlat(source, member, part, into)}`;
  });
  return `{${statements.join(' ')}}`;
}

function lowerVariant(source: Source, node: WitNode, value: Expression, into: Expression[]): string {
  const cases = casesOf(node) ?? missing(node);
  const joined = flattenPayloads(cases);
  const number = into.shift() ?? missing(node);
  const payload = into.splice(0, joined.length);
  const zeros = payload.map((name, place) => `${name} = ${joined[place] === 'i64' ? '0n' : '0'};`).join(' ');
  return switchCase(source, node, value, (place, type, own) => {
    if (!type || !own) return `${number} = ${place}; ${zeros}`;
    const cores = flatten(type);
    const names = cores.map(() => source.temporary());
    const widened = cores.map(
      (core, index) => `${payload[index]} = ${toJoined(source, names[index] ?? missing(node), core, joined[index] ?? core)};`,
    );
    const declared = names.length > 0 ? `let ${names.join(', ')};` : '';
    return `${number} = ${place}; ${zeros} ${declared} ${lowerFlat(source, type, own, [...names])} ${widened.join(' ')}`;
  });
}

/** A value of the core type `from`, in the place of a variant's payloads that holds a `to`. */
function fromJoined(source: Source, value: Expression, from: CoreType, to: CoreType): Expression {
  if (from === to) return value;
  if (from === 'i32') return `${source.constant(bitsToF32)}(${value})`;
  if (to === 'i32') return `Number(BigInt.asIntN(32, ${value}))`;
  return to === 'f32'
    ? `${source.constant(bitsToF32)}(Number(BigInt.asIntN(32, ${value})))`
    : `${source.constant(bitsToF64)}(${value})`;
}

function toJoined(source: Source, value: Expression, from: CoreType, to: CoreType): Expression {
  if (from === to) return value;
  if (to === 'i32') return `${source.constant(f32ToBits)}(${value})`;
  if (from === 'i32') return `BigInt(${value} >>> 0)`;
  return from === 'f32' ? `BigInt(${source.constant(f32ToBits)}(${value}) >>> 0)` : `${source.constant(f64ToBits)}(${value})`;
}

const bitsToF32 = (bits: number): number => {
  const view = new DataView(new ArrayBuffer(4));
  view.setInt32(0, bits);
  return view.getFloat32(0);
};
const f32ToBits = (value: number): number => {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return view.getInt32(0);
};
const bitsToF64 = (bits: bigint): number => {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigInt64(0, bits);
  return view.getFloat64(0);
};
const f64ToBits = (value: number): bigint => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigInt64(0);
};

function missing(node: WitNode): never {
  throw new Error(`a ${node.kind} has fewer core values than its type`);
}
