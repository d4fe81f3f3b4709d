// fermyon:spin/key-value@2.0.0: check what the component may do, make one call of the store, say the answer in WIT.
import type { Implementation } from '../../wit/interface.ts';
import { provide, type Provided } from '../interface.ts';
import { err, type Result } from '../../wit/types.ts';
import { keyValueV2, type KeyValueError, type OpenStore } from './declarations.ts';
import { answer, closeStore, openStore, otherError, type KeyValueState } from './open-stores.ts';
import type { Awaitable, StoreResult } from './store.ts';

/** What 3.0.0 does in the same way: all but the listing of keys. */
export const storeFunctions: Omit<Implementation<KeyValueState, typeof keyValueV2>, '[method]store.get-keys'> = {
  '[static]store.open': open,
  '[method]store.get': (_, { store, label }, key) => said(store.get(label, key)),
  '[method]store.set': (_, { store, label }, key, value) => said(store.set(label, key, value)),
  '[method]store.delete': (_, { store, label }, key) => said(store.delete(label, key)),
  '[method]store.exists': (_, { store, label }, key) => said(store.exists(label, key)),
};

export const storeDrops = { store: closeStore };

export const spinV2: Provided<KeyValueState> = provide<KeyValueState>()(
  keyValueV2,
  { ...storeFunctions, '[method]store.get-keys': (_, { store, label }) => said(store.getKeys(label)) },
  storeDrops,
);

function open(state: KeyValueState, label: string): Result<OpenStore, KeyValueError> {
  const opened = openStore(state, label);
  return opened.tag === 'ok' ? opened : err({ tag: opened.val });
}

const said = <T>(given: Awaitable<StoreResult<T>>): Awaitable<Result<T, KeyValueError>> =>
  answer(given, (value): Result<T, KeyValueError> => otherError(value));
