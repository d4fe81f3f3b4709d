// Values as JSON that the oracle understands (oracle.py): numbers as text, floats as the bits of an f64, variants as [tag, value].
import { casesOf, isPlainOption, membersOf, unalias } from '../../../src/wasm/abi/layout.ts';
import { camel, type WitNode } from '../../../src/wit/types.ts';

export type Wire = string | boolean | number | readonly Wire[];

/** A host's object behind handles of the resource `thing`. */
export interface Thing {
  readonly rep: number;
}

interface Tagged {
  readonly tag: string;
  readonly val: unknown;
}

export function toWire(type: WitNode, value: unknown): Wire {
  const node = unalias(type);
  switch (node.kind) {
    case 'bool':
    case 'enum':
      return value as Wire;
    case 'char':
    case 'string':
      return (value as string).toWellFormed();
    case 'f32':
    case 'f64':
      return floatBits(value as number);
    case 'bytes':
      return [...(value as Uint8Array)].map(String);
    case 'list':
      // jco gives a typed array for a list of numbers.
      return Array.from(value as Iterable<unknown>, item => toWire(node.element, item));
    case 'flags':
      return node.names.filter(name => (value as Record<string, boolean>)[camel(name)]);
    case 'own':
    case 'borrow':
      return (value as Thing).rep;
    default:
      return compoundToWire(node, value);
  }
}

function compoundToWire(node: WitNode, value: unknown): Wire {
  const members = membersOf(node);
  if (members) return members.map((member, place) => toWire(member, memberOf(node, place, value)));
  const cases = casesOf(node);
  if (!cases) return String(value);
  const { tag, val } = isPlainOption(node) ? { tag: value === undefined ? 'none' : 'some', val: value } : (value as Tagged);
  const type = cases.find(([name]) => name === tag)?.[1];
  return type ? [tag, toWire(type, val)] : [tag];
}

function memberOf(node: WitNode, place: number, value: unknown): unknown {
  if (node.kind !== 'record') return (value as unknown[])[place];
  return (value as Record<string, unknown>)[camel(node.fields[place]?.[0] ?? '')];
}

function floatBits(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}
