// What an invocation has open, whichever interface it opened it by: permissions, the limit, and errors in the words of all of them.
import { err, ok, type Result } from '../../wit/types.ts';
import type { OpenStore } from './declarations.ts';
import { InvocationStore, type Withholding } from './invocation-store.ts';
import { errorText, type Awaitable, type Store, type StoreResult } from './store.ts';

/** What one invocation may do, and what it holds. */
export interface KeyValueState {
  /** The labels in the component's `key_value_stores`. */
  readonly allowed: ReadonlySet<string>;
  readonly stores: ReadonlyMap<string, Store>;
  readonly withholding: Withholding;
  /** Told of a label that the component may not open. */
  readonly refused: (label: string) => void;
  /** How many stores the guest holds open. */
  openStores: number;
  openCompareAndSwaps: number;
  /** Stores that Spin 1's interface gave numbers; made when the first is opened. */
  numbered: Map<number, OpenStore> | undefined;
  /** Counts what is kept for the guest. */
  readonly hold: (bytes: number) => void;
  readonly trap: (message: string) => never;
}

/**
 * How many stores an invocation may hold open. Spin has no limit in practice, and a guest with garbage collection drops
 * none while it runs, so this is far above what a program opens on purpose.
 */
export const openStoresMax = 10_000;

export type OpenRefusal = 'access-denied' | 'no-such-store' | 'store-table-full';

export function openStore(state: KeyValueState, label: string): Result<OpenStore, OpenRefusal> {
  // First of all, so that a guest cannot find out which stores exist.
  if (!state.allowed.has(label)) {
    state.refused(label);
    return err('access-denied');
  }
  const store = state.stores.get(label);
  if (!store) return err('no-such-store');
  if (state.openStores >= openStoresMax) return err('store-table-full');
  state.openStores += 1;
  return ok({ label, store: new InvocationStore(store, state.withholding) });
}

export function closeStore(state: KeyValueState): void {
  state.openStores -= 1;
}

/** Says a store's answer otherwise. What is there already stays a plain value: a promise would suspend the guest. */
export const answer = <T, R>(given: Awaitable<T>, encode: (value: T) => R): Awaitable<R> =>
  given instanceof Promise ? given.then(encode) : encode(given);

/** The error case that Spin 2, Spin 3 and WASI have for what a store cannot do. */
export const otherError = <T>(given: StoreResult<T>): Result<T, { readonly tag: 'other'; readonly val: string }> =>
  given.tag === 'ok' ? given : err({ tag: 'other', val: errorText(given.val) });
