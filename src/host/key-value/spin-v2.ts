// fermyon:spin/key-value@2.0.0: check what the component may do, make one call of the store, say the answer in WIT.
import type { Implementation } from '../../wit/interface.ts';
import { provide, type Provided } from '../interface.ts';
import { err, ok, type Result } from '../../wit/types.ts';
import { keyValueV2, type KeyValueError, type OpenStore } from './declarations.ts';
import type { Awaitable, Store, StoreError, StoreResult } from './store.ts';

/** What one invocation may do, and what it holds. */
export interface KeyValueState {
  /** The labels in the component's `key_value_stores`. */
  readonly allowed: ReadonlySet<string>;
  readonly stores: ReadonlyMap<string, Store>;
  /** Told of a label that the component may not open. */
  readonly refused: (label: string) => void;
  /** How many stores the guest holds open. */
  openStores: number;
  /** Counts what is kept for the guest. */
  readonly hold: (bytes: number) => void;
}

/**
 * How many stores an invocation may hold open. Spin has no limit in practice, and a guest with garbage collection drops
 * none while it runs, so this is far above what a program opens on purpose.
 */
export const openStoresMax = 10_000;

/** What 3.0.0 does in the same way: all but the listing of keys. */
export const storeFunctions: Omit<Implementation<KeyValueState, typeof keyValueV2>, '[method]store.get-keys'> = {
  '[static]store.open': open,
  '[method]store.get': (_, { store, label }, key) => answer(store.get(label, key)),
  '[method]store.set': (_, { store, label }, key, value) => answer(store.set(label, key, value)),
  '[method]store.delete': (_, { store, label }, key) => answer(store.delete(label, key)),
  '[method]store.exists': (_, { store, label }, key) => answer(store.exists(label, key)),
};

export const storeDrops = {
  store: (state: KeyValueState) => {
    state.openStores -= 1;
  },
};

export const spinV2: Provided<KeyValueState> = provide<KeyValueState>()(
  keyValueV2,
  { ...storeFunctions, '[method]store.get-keys': (_, { store, label }) => answer(store.getKeys(label)) },
  storeDrops,
);

function open(state: KeyValueState, label: string): Result<OpenStore, KeyValueError> {
  // First of all, so that a guest cannot find out which stores exist.
  if (!state.allowed.has(label)) {
    state.refused(label);
    return err({ tag: 'access-denied' });
  }
  const store = state.stores.get(label);
  if (!store) return err({ tag: 'no-such-store' });
  if (state.openStores >= openStoresMax) return err({ tag: 'store-table-full' });
  state.openStores += 1;
  return ok({ label, store });
}

/** A store's answer as WIT has it. What is there already stays a plain value: a promise would suspend the guest. */
function answer<T>(given: Awaitable<StoreResult<T>>): Awaitable<Result<T, KeyValueError>> {
  return given instanceof Promise ? given.then(encode) : encode(given);
}

export function encode<T>(given: StoreResult<T>): Result<T, KeyValueError> {
  return given.tag === 'ok' ? given : err({ tag: 'other', val: errorText(given.val) });
}

const errorText = (error: StoreError): string =>
  error.kind === 'failed' ? error.message : `query result exceeds limit of ${error.limitBytes} bytes`;
