// WIT types as values: a host function's type is written once, here, and gives the static type of its implementation,
// the object that jco's bindings want, the canonical-ABI lowering and the WIT text.

import type { FutureReader, StreamReader } from './stream.ts';

/** Kebab-case, as WIT has it, to camelCase, as JavaScript has it. */
export type Camel<S extends string> = S extends `${infer A}-${infer B}` ? `${A}${Capitalize<Camel<B>>}` : S;

export type PrimitiveName =
  | 'bool'
  | 'u8'
  | 'u16'
  | 'u32'
  | 'u64'
  | 's8'
  | 's16'
  | 's32'
  | 's64'
  | 'f32'
  | 'f64'
  | 'char'
  | 'string';

export interface ResourceNode {
  readonly kind: 'resource';
  /** The resource's WIT name, e.g. `input-stream`. */
  readonly name: string;
}

export type WitNode =
  | { readonly kind: PrimitiveName }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'list'; readonly element: WitNode }
  | { readonly kind: 'option'; readonly some: WitNode }
  | { readonly kind: 'result'; readonly ok: WitNode | undefined; readonly err: WitNode | undefined }
  | { readonly kind: 'tuple'; readonly members: readonly WitNode[] }
  | { readonly kind: 'record'; readonly name: string; readonly fields: readonly (readonly [string, WitNode])[] }
  | { readonly kind: 'variant'; readonly name: string; readonly cases: readonly (readonly [string, WitNode | undefined])[] }
  | { readonly kind: 'enum'; readonly name: string; readonly names: readonly string[] }
  | { readonly kind: 'flags'; readonly name: string; readonly names: readonly string[] }
  | { readonly kind: 'alias'; readonly name: string; readonly of: WitNode }
  | { readonly kind: 'own'; readonly resource: ResourceNode }
  | { readonly kind: 'borrow'; readonly resource: ResourceNode }
  | { readonly kind: 'stream'; readonly element: WitNode | undefined }
  | { readonly kind: 'future'; readonly element: WitNode | undefined }
  | { readonly kind: 'error-context' };

declare const js: unique symbol;
/** A WIT type whose values in JavaScript are `T`. */
export type WitType<T> = WitNode & { readonly [js]?: T };
/** A WIT resource whose host object is a `T`. */
export type WitResource<T> = ResourceNode & { readonly [js]?: T };
/** The JavaScript type of a WIT type's values. */
export type Js<W> = W extends { readonly [js]?: infer T } ? T : never;

/** A WIT `result` as a JavaScript value. Errors of host functions are values: nothing is thrown through a guest. */
export type Result<Ok, Err> = { readonly tag: 'ok'; readonly val: Ok } | { readonly tag: 'err'; readonly val: Err };

export const ok = <const T>(val: T): { readonly tag: 'ok'; readonly val: T } => ({ tag: 'ok', val });
export const err = <const T>(val: T): { readonly tag: 'err'; readonly val: T } => ({ tag: 'err', val });
/** The ok value of a result that carries none. */
export const okay: { readonly tag: 'ok'; readonly val: undefined } = { tag: 'ok', val: undefined };

export const bool: WitType<boolean> = { kind: 'bool' };
export const u8: WitType<number> = { kind: 'u8' };
export const u16: WitType<number> = { kind: 'u16' };
export const u32: WitType<number> = { kind: 'u32' };
export const u64: WitType<bigint> = { kind: 'u64' };
export const s8: WitType<number> = { kind: 's8' };
export const s16: WitType<number> = { kind: 's16' };
export const s32: WitType<number> = { kind: 's32' };
export const s64: WitType<bigint> = { kind: 's64' };
export const f32: WitType<number> = { kind: 'f32' };
export const f64: WitType<number> = { kind: 'f64' };
export const char: WitType<string> = { kind: 'char' };
export const string: WitType<string> = { kind: 'string' };
/** `list<u8>`, whose value is one Uint8Array. */
export const bytes: WitType<Uint8Array> = { kind: 'bytes' };

export const list = <T>(element: WitType<T>): WitType<T[]> => ({ kind: 'list', element });
/** Its value is undefined for none; an option of an option has values `{tag: 'some', val}` and `{tag: 'none'}`. */
export const option = <T>(some: WitType<T>): WitType<T | undefined> => ({ kind: 'option', some });

/** `result<ok, err>`; a side that carries nothing is written `null`. */
export function result<O = undefined, E = undefined>(
  okType: WitType<O> | null,
  errType: WitType<E> | null,
): WitType<Result<O, E>> {
  return { kind: 'result', ok: okType ?? undefined, err: errType ?? undefined };
}

export function tuple<const M extends readonly WitType<unknown>[]>(
  ...members: M
): WitType<{ -readonly [I in keyof M]: Js<M[I]> }> {
  return { kind: 'tuple', members };
}

type Fields = Readonly<Record<string, WitType<unknown>>>;

/** A named record; field names as in WIT (kebab-case), camelCase in the value. */
export function record<const F extends Fields>(
  name: string,
  fields: F,
): WitType<{ readonly [K in keyof F & string as Camel<K>]: Js<F[K]> }> {
  return { kind: 'record', name, fields: Object.entries(fields) };
}

type Cases = Readonly<Record<string, WitType<unknown> | null>>;
type CaseValue<K, W> = W extends null ? { readonly tag: K; readonly val?: undefined } : { readonly tag: K; readonly val: Js<W> };

/** A named variant; a case that carries nothing is written `null`. */
export function variant<const C extends Cases>(name: string, cases: C): WitType<{ [K in keyof C]: CaseValue<K, C[K]> }[keyof C]> {
  return { kind: 'variant', name, cases: Object.entries(cases).map(([caseName, type]) => [caseName, type ?? undefined]) };
}

/** The cases of a variant that carry nothing: those that an enum of an older version has as names. */
export const enumCases = <const N extends string>(names: readonly N[]): { readonly [K in N]: null } =>
  Object.fromEntries(names.map(name => [name, null])) as { readonly [K in N]: null };

/** The same type for another interface: a type belongs to the interface that declares it, and one version is not another. */
export const sameType = <T>(type: WitType<T>): WitType<T> => ({ ...type });

/** A named enum; its values are its names. */
export function enumeration<const N extends string>(name: string, names: readonly N[]): WitType<N> {
  return { kind: 'enum', name, names };
}

/** Named flags; the value has one camelCase boolean a flag, a missing one being false. */
export function flags<const N extends string>(
  name: string,
  names: readonly N[],
): WitType<{ readonly [K in N as Camel<K>]?: boolean }> {
  return { kind: 'flags', name, names };
}

/** `type name = of` */
export const alias = <T>(name: string, of: WitType<T>): WitType<T> => ({ kind: 'alias', name, of });

/** Declares a resource whose host object is a `T`: `resource<Pollable>('pollable')`. */
export const resource = <T>(name: string): WitResource<T> => ({ kind: 'resource', name });
export const own = <T>(of: WitResource<T>): WitType<T> => ({ kind: 'own', resource: of });
export const borrow = <T>(of: WitResource<T>): WitType<T> => ({ kind: 'borrow', resource: of });

/** `stream<u8>`, whose chunks are Uint8Arrays. */
export const byteStream: WitType<StreamReader<Uint8Array>> = { kind: 'stream', element: u8 };
export const stream = <T>(element: WitType<T>): WitType<StreamReader<T[]>> => ({ kind: 'stream', element });
/** `future<of>`; one that carries nothing is written `null`. */
export const future = <T = undefined>(of: WitType<T> | null): WitType<FutureReader<T>> => ({
  kind: 'future',
  element: of ?? undefined,
});

/** `kebab-case` to `camelCase`. */
export const camel = (name: string): string => name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
