// A WIT interface as a value: its name and version, the resources it owns, and its functions under their WIT names.
import type { Js, ResourceNode, WitNode, WitType } from './types.ts';

/** Parameters in WIT's order, with WIT's names. */
export type Params = readonly (readonly [string, WitType<unknown>])[];

export interface WitFunction<P extends Params = Params, R = unknown, W extends boolean = boolean> {
  readonly params: P;
  readonly result: WitType<R> | undefined;
  /** May the host function wait, i.e. return a promise? Only such a function suspends its guest. */
  readonly waits: W;
  /** Is it an `async func` (WASI 0.3)? A guest may call it without waiting, and is told later. */
  readonly async?: boolean;
}

/** Keyed by WIT name: `poll`, `[method]store.get`, `[static]store.open`, `[constructor]fields`. */
export type WitFunctions = Readonly<Record<string, WitFunction>>;

export interface WitInterface<F extends WitFunctions = WitFunctions> {
  /** Without version: `wasi:io/poll`. */
  readonly name: string;
  /**
   * The newest version served, e.g. `0.2.12`; older compatible ones are served by the same declaration. Undefined: its package
   * has none.
   */
  readonly version: string | undefined;
  /** Resources that this interface owns (those it only uses come from another interface). */
  readonly resources: readonly ResourceNode[];
  /** Named types that this interface owns and no function mentions, or whose place in the WIT text matters. */
  readonly types: readonly WitNode[];
  readonly functions: F;
}

type Arguments<P extends Params> = { -readonly [I in keyof P]: Js<P[I][1]> };
type Returned<R, W extends boolean> = W extends true ? R | Promise<R> : R;

/**
 * What a host gives for an interface: a function each, whose first argument is the invocation's state.
 * Such a function never throws and never rejects, but for a bug: errors are WIT results.
 */
export type Implementation<State, I extends WitInterface> = {
  readonly [N in keyof I['functions']]: I['functions'][N] extends WitFunction<infer P, infer R, infer W>
    ? (state: State, ...args: Arguments<P>) => Returned<R, W>
    : never;
};

/** A function that answers at once. */
export function func<const P extends Params>(params: P): WitFunction<P, void, false>;
export function func<const P extends Params, R>(params: P, result: WitType<R>): WitFunction<P, R, false>;
export function func(params: Params, result?: WitType<unknown>): WitFunction<Params, unknown, false> {
  return { params, result, waits: false };
}

/** A function that may return a promise: the guest is suspended until it settles (JSPI). */
export function waitingFunc<const P extends Params>(params: P): WitFunction<P, void, true>;
export function waitingFunc<const P extends Params, R>(params: P, result: WitType<R>): WitFunction<P, R, true>;
export function waitingFunc(params: Params, result?: WitType<unknown>): WitFunction<Params, unknown, true> {
  return { params, result, waits: true };
}

/** An `async func` of WASI 0.3: it may return a promise. */
export function asyncFunc<const P extends Params>(params: P): WitFunction<P, void, true>;
export function asyncFunc<const P extends Params, R>(params: P, result: WitType<R>): WitFunction<P, R, true>;
export function asyncFunc(params: Params, result?: WitType<unknown>): WitFunction<Params, unknown, true> {
  return { params, result, waits: true, async: true };
}

/** Declares an interface: `witInterface('wasi:io/poll', '0.2.12', { resources: [pollable], functions: {...} })`. */
export function witInterface<const F extends WitFunctions>(
  name: string,
  version: string | undefined,
  parts: { readonly resources?: readonly ResourceNode[]; readonly types?: readonly WitNode[]; readonly functions: F },
): WitInterface<F> {
  return { name, version, resources: parts.resources ?? [], types: parts.types ?? [], functions: parts.functions };
}
