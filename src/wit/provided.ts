// An implementation tied to its declaration: what a host gives for one WIT interface.
import type { Implementation, WitInterface } from './interface.ts';

/** What one host interface gives for one WIT interface. `State` is what `begin` made for the invocation. */
export interface Provided<State> {
  readonly wit: WitInterface;
  readonly functions: Readonly<Record<string, (state: State, ...args: never[]) => unknown>>;
  /** By resource name: called when the guest drops its handle. Handles that are left at the end are dropped then. */
  readonly drops: Readonly<Record<string, (state: State, object: never) => void>>;
}

/** Whatever is provided, its state known to itself only. */
export type AnyProvided = Provided<never>;

/** Ties an implementation to its declaration, checked by the types. */
export function provide<State>() {
  return <I extends WitInterface>(
    wit: I,
    functions: Implementation<State, I>,
    drops: Readonly<Record<string, (state: State, object: never) => void>> = {},
  ): Provided<State> => ({ wit, functions, drops });
}
