// Types and values of WIT for property tests, edges among them.
import * as fc from 'fast-check';
import { casesOf, isPlainOption, membersOf, sizeOf, unalias } from '../../../src/wasm/abi/layout.ts';
import { camel, type WitNode } from '../../../src/wit/types.ts';
import { thing } from './guest-text.ts';
import type { Thing } from './wire.ts';

const primitives = ['bool', 'u8', 's8', 'u16', 's16', 'u32', 's32', 'u64', 's64', 'f32', 'f64', 'char', 'string'] as const;

const primitive: fc.Arbitrary<WitNode> = fc.constantFrom(...primitives.map(kind => ({ kind })));
const names = (count: number, word: string): string[] =>
  Array.from({ length: count }, (_, index) => (index % 2 === 0 ? `${word}${index}` : `some-${word}${index}`));

const enumeration: fc.Arbitrary<WitNode> = fc
  .oneof(fc.integer({ min: 1, max: 5 }), fc.constantFrom(255, 256, 257, 300))
  .map(count => ({ kind: 'enum', name: '', names: names(count, 'n') }));
const flags: fc.Arbitrary<WitNode> = fc
  .oneof(fc.integer({ min: 1, max: 32 }), fc.constantFrom(8, 9, 16, 17, 31, 32))
  .map(count => ({ kind: 'flags', name: '', names: names(count, 'g') }));

/** Any type but those with borrows; compound ones are nested up to `depth`. Its size stays below the place for results. */
export function anyType(depth: number): fc.Arbitrary<WitNode> {
  return nested(depth).filter(type => sizeOf(type) < 4096);
}

function nested(depth: number): fc.Arbitrary<WitNode> {
  const leaf = fc.oneof(
    { weight: 6, arbitrary: primitive },
    { weight: 1, arbitrary: fc.constant<WitNode>({ kind: 'bytes' }) },
    { weight: 1, arbitrary: enumeration },
    { weight: 1, arbitrary: flags },
    { weight: 1, arbitrary: fc.constant<WitNode>({ kind: 'own', resource: thing }) },
  );
  if (depth === 0) return leaf;
  const part = nested(depth - 1);
  const parts = fc.oneof(
    { weight: 6, arbitrary: fc.array(part, { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.array(leaf, { minLength: 12, maxLength: 20 }) },
  );
  const maybe = fc.option(part, { nil: undefined });
  return fc.oneof(
    leaf,
    part.map((element): WitNode => (unalias(element).kind === 'u8' ? { kind: 'bytes' } : { kind: 'list', element })),
    part.map((some): WitNode => ({ kind: 'option', some })),
    fc.tuple(maybe, maybe).map(([good, bad]): WitNode => ({ kind: 'result', ok: good, err: bad })),
    parts.map((members): WitNode => ({ kind: 'tuple', members })),
    parts.map((members): WitNode => {
      const fieldNames = names(members.length, 'f');
      return { kind: 'record', name: '', fields: members.map((member, index) => [fieldNames[index] ?? '', member]) };
    }),
    fc.array(maybe, { minLength: 1, maxLength: 4 }).map((types): WitNode => {
      const caseNames = names(types.length, 'c');
      return { kind: 'variant', name: '', cases: types.map((type, index) => [caseNames[index] ?? '', type]) };
    }),
    part.map((of): WitNode => ({ kind: 'alias', name: '', of })),
  );
}

/** Gives each type that WIT wants named a name of its own. */
export function withNames(types: readonly WitNode[]): WitNode[] {
  let count = 0;
  const fresh = (): string => `type${(count += 1)}`;
  const name = (type: WitNode): WitNode => {
    const of = (part: WitNode | undefined) => part && name(part);
    switch (type.kind) {
      case 'list':
        return { ...type, element: name(type.element) };
      case 'option':
        return { ...type, some: name(type.some) };
      case 'result':
        return { ...type, ok: of(type.ok), err: of(type.err) };
      case 'tuple':
        return { ...type, members: type.members.map(name) };
      case 'record':
        return { ...type, name: fresh(), fields: type.fields.map(([field, part]) => [field, name(part)]) };
      case 'variant':
        return { ...type, name: fresh(), cases: type.cases.map(([one, part]) => [one, of(part)]) };
      case 'alias':
        return { ...type, name: fresh(), of: name(type.of) };
      case 'enum':
      case 'flags':
        return { ...type, name: fresh() };
      default:
        return type;
    }
  };
  return types.map(name);
}

const u64Max = 2n ** 64n - 1n;
const s64Max = 2n ** 63n - 1n;

const integers = (min: number, max: number): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max, 0, 1));

const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary-ascii', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('\u00ff\u00e9', '\ufffd', '\u{10ffff}', '\ud800', 'a\udc00b', '\udbff\ud800', '\u0000', '\ufeffa'),
  },
);

const float = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, -0, Infinity, -Infinity, Number.MAX_VALUE, Number.MIN_VALUE));

/** Values as a host gives them. */
export function valueOf(type: WitNode): fc.Arbitrary<unknown> {
  const node = unalias(type);
  switch (node.kind) {
    case 'bool':
      return fc.boolean();
    case 'u8':
      return integers(0, 255);
    case 's8':
      return integers(-128, 127);
    case 'u16':
      return integers(0, 65_535);
    case 's16':
      return integers(-32_768, 32_767);
    case 'u32':
      return integers(0, 2 ** 32 - 1);
    case 's32':
      return integers(-(2 ** 31), 2 ** 31 - 1);
    case 'u64':
      return fc.oneof(fc.bigInt({ min: 0n, max: u64Max }), fc.constantFrom(0n, u64Max, 2n ** 63n, 2n ** 32n));
    case 's64':
      return fc.oneof(fc.bigInt({ min: -s64Max - 1n, max: s64Max }), fc.constantFrom(-1n, s64Max, -s64Max - 1n));
    case 'f32':
      return float.map(Math.fround);
    case 'f64':
      return float;
    case 'char':
      return fc.oneof(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
        fc.constantFrom('\u{10ffff}', '\ud7ff', '\ue000', '\0'),
      );
    case 'string':
      return text;
    case 'bytes':
      return fc.uint8Array({ maxLength: 20 });
    case 'list':
      return fc.array(valueOf(node.element), { maxLength: 4 });
    case 'flags':
      return fc.subarray([...node.names]).map(set => Object.fromEntries(set.map(name => [camel(name), true])));
    case 'enum':
      return fc.constantFrom(...node.names);
    case 'own':
      return fc.integer({ min: 1, max: 1000 }).map((rep): Thing => ({ rep }));
    default:
      return compoundValue(node);
  }
}

function compoundValue(node: WitNode): fc.Arbitrary<unknown> {
  const members = membersOf(node);
  if (members) {
    const values = fc.tuple(...members.map(valueOf));
    if (node.kind !== 'record') return values;
    return values.map(items => Object.fromEntries(items.map((item, index) => [camel(node.fields[index]?.[0] ?? ''), item])));
  }
  const cases = casesOf(node);
  if (!cases) throw new Error(`no values of ${node.kind}`);
  return fc.oneof(
    ...cases.map(([tag, type]) => {
      const value = type ? valueOf(type) : fc.constant(undefined);
      return isPlainOption(node) ? value : value.map(val => ({ tag, val }));
    }),
  );
}
