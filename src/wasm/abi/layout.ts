// How values lie in a guest's memory and which core values they become: alignment, elem_size and flatten_type of the
// canonical ABI (component-model, CanonicalABI.md).
import type { WitNode } from '../../wit/types.ts';

export type CoreType = 'i32' | 'i64' | 'f32' | 'f64';

/** The type of a core function: it has one result at most. */
export interface CoreSignature {
  readonly params: readonly CoreType[];
  readonly result: CoreType | undefined;
}

export type CaseNode = readonly [name: string, type: WitNode | undefined];

/** Core values that parameters may take before they go through memory. */
export const maxFlatParams = 16;
/** The same for the parameters of an async-lowered function. */
export const maxFlatAsyncParams = 4;
export const maxFlatResults = 1;

const scalars: Readonly<Record<string, readonly [size: number, flat: CoreType]>> = {
  bool: [1, 'i32'],
  u8: [1, 'i32'],
  s8: [1, 'i32'],
  u16: [2, 'i32'],
  s16: [2, 'i32'],
  u32: [4, 'i32'],
  s32: [4, 'i32'],
  char: [4, 'i32'],
  f32: [4, 'f32'],
  u64: [8, 'i64'],
  s64: [8, 'i64'],
  f64: [8, 'f64'],
};

/** The type itself, without the names that aliases give it. */
export function unalias(node: WitNode): WitNode {
  return node.kind === 'alias' ? unalias(node.of) : node;
}

/** The cases of a variant, or of what is one in other words; undefined for other types. */
export function casesOf(node: WitNode): readonly CaseNode[] | undefined {
  switch (node.kind) {
    case 'option':
      return [
        ['none', undefined],
        ['some', node.some],
      ];
    case 'result':
      return [
        ['ok', node.ok],
        ['err', node.err],
      ];
    case 'variant':
      return node.cases;
    case 'enum':
      return node.names.map(name => [name, undefined]);
    default:
      return undefined;
  }
}

/** An option that is undefined for none, and else its value. One of an option is tagged, for its some may hold a none. */
export const isPlainOption = (node: WitNode): boolean => node.kind === 'option' && unalias(node.some).kind !== 'option';

/** The members of a record or tuple; undefined for other types. */
export function membersOf(node: WitNode): readonly WitNode[] | undefined {
  if (node.kind === 'tuple') return node.members;
  if (node.kind === 'record') return node.fields.map(([, type]) => type);
  return undefined;
}

/** Bytes that the number of a case takes. */
export const discriminantSize = (cases: number): 1 | 2 | 4 => (cases <= 2 ** 8 ? 1 : cases <= 2 ** 16 ? 2 : 4);

/** Bytes that flags take. */
export const flagsSize = (count: number): 1 | 2 | 4 => (count <= 8 ? 1 : count <= 16 ? 2 : 4);

export function alignOf(type: WitNode): number {
  const node = unalias(type);
  const scalar = scalars[node.kind];
  if (scalar) return scalar[0];
  if (node.kind === 'flags') return flagsSize(node.names.length);
  const members = membersOf(node);
  if (members) return Math.max(1, ...members.map(alignOf));
  const cases = casesOf(node);
  if (cases) return Math.max(discriminantSize(cases.length), payloadAlign(cases));
  // Pointers, lengths and handles.
  return 4;
}

export function sizeOf(type: WitNode): number {
  const node = unalias(type);
  const scalar = scalars[node.kind];
  if (scalar) return scalar[0];
  if (node.kind === 'flags') return flagsSize(node.names.length);
  if (node.kind === 'string' || node.kind === 'bytes' || node.kind === 'list') return 8;
  const members = membersOf(node);
  if (members) return alignTo(offsetsOf(members).end, alignOf(node));
  const cases = casesOf(node);
  if (cases) {
    const payload = Math.max(0, ...cases.map(([, payloadType]) => (payloadType ? sizeOf(payloadType) : 0)));
    return alignTo(payloadOffset(cases) + payload, alignOf(node));
  }
  return 4;
}

/** Where each member of a record begins, in bytes, and where the last one ends. */
export function offsetsOf(members: readonly WitNode[]): { readonly offsets: readonly number[]; readonly end: number } {
  const offsets: number[] = [];
  let end = 0;
  for (const member of members) {
    const offset = alignTo(end, alignOf(member));
    offsets.push(offset);
    end = offset + sizeOf(member);
  }
  return { offsets, end };
}

/** Where the payload of a variant begins, in bytes. */
export const payloadOffset = (cases: readonly CaseNode[]): number => alignTo(discriminantSize(cases.length), payloadAlign(cases));

export function flatten(type: WitNode): readonly CoreType[] {
  const node = unalias(type);
  const scalar = scalars[node.kind];
  if (scalar) return [scalar[1]];
  if (node.kind === 'string' || node.kind === 'bytes' || node.kind === 'list') return ['i32', 'i32'];
  const members = membersOf(node);
  if (members) return members.flatMap(flatten);
  const cases = casesOf(node);
  return cases ? ['i32', ...flattenPayloads(cases)] : ['i32'];
}

/** How many core values a type becomes: the length of `flatten`, for less work. */
export function flatCount(type: WitNode): number {
  const node = unalias(type);
  if (node.kind === 'string' || node.kind === 'bytes' || node.kind === 'list') return 2;
  const members = membersOf(node);
  if (members) return members.reduce((sum, member) => sum + flatCount(member), 0);
  const cases = node.kind === 'enum' ? undefined : casesOf(node);
  return cases ? cases.reduce((most, [, payload]) => Math.max(most, 1 + (payload ? flatCount(payload) : 0)), 1) : 1;
}

/** What the payloads of all cases have in common. */
export function flattenPayloads(cases: readonly CaseNode[]): readonly CoreType[] {
  const joined: CoreType[] = [];
  for (const [, type] of cases) {
    for (const [place, core] of (type ? flatten(type) : []).entries()) {
      const other = joined[place];
      joined[place] = other === undefined ? core : join(other, core);
    }
  }
  return joined;
}

export const alignTo = (offset: number, align: number): number => Math.ceil(offset / align) * align;

const payloadAlign = (cases: readonly CaseNode[]): number => Math.max(1, ...cases.map(([, type]) => (type ? alignOf(type) : 1)));

function join(a: CoreType, b: CoreType): CoreType {
  if (a === b) return a;
  return (a === 'i32' && b === 'f32') || (a === 'f32' && b === 'i32') ? 'i32' : 'i64';
}
