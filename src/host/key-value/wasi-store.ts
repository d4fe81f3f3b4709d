// wasi:keyvalue/store@0.2.0-draft2 on the same stores as Spin's own interfaces.
import { err, ok, type Result } from '../../wit/types.ts';
import { provide, type Provided } from '../interface.ts';
import type { OpenStore } from './declarations.ts';
import { wasiStore, type WasiKeyValueError } from './declarations-wasi.ts';
import { answer, closeStore, openStore, otherError, type KeyValueState } from './open-stores.ts';
import type { Awaitable, StoreResult } from './store.ts';

export const wasiStoreHost: Provided<KeyValueState> = provide<KeyValueState>()(
  wasiStore,
  {
    open,
    '[method]bucket.get': (_, { store, label }, key) => wasiAnswer(store.get(label, key)),
    '[method]bucket.set': (_, { store, label }, key, value) => wasiAnswer(store.set(label, key, value)),
    '[method]bucket.delete': (_, { store, label }, key) => wasiAnswer(store.delete(label, key)),
    '[method]bucket.exists': (_, { store, label }, key) => wasiAnswer(store.exists(label, key)),
    '[method]bucket.list-keys': (_, { store, label }, cursor) => {
      if (cursor !== undefined) return err({ tag: 'other', val: 'list_keys: cursor not supported' });
      return wasiAnswer(store.getKeys(label), keys => ({ keys, cursor: undefined }));
    },
  },
  { bucket: closeStore },
);

function open(state: KeyValueState, label: string): Result<OpenStore, WasiKeyValueError> {
  const opened = openStore(state, label);
  if (opened.tag === 'ok') return opened;
  // The interface has no case of its own for it.
  if (opened.val === 'store-table-full') return err({ tag: 'other', val: 'store table full' });
  return err({ tag: opened.val });
}

/** A store's answer in WASI's words; `say` makes the value of what the store gives. */
export function wasiAnswer<T>(given: Awaitable<StoreResult<T>>): Awaitable<Result<T, WasiKeyValueError>>;
export function wasiAnswer<T, R>(given: Awaitable<StoreResult<T>>, say: (value: T) => R): Awaitable<Result<R, WasiKeyValueError>>;
export function wasiAnswer<T>(
  given: Awaitable<StoreResult<T>>,
  say: (value: T) => unknown = value => value,
): Awaitable<Result<unknown, WasiKeyValueError>> {
  return answer(given, (result): Result<unknown, WasiKeyValueError> => {
    const said = otherError(result);
    return said.tag === 'ok' ? ok(say(said.val)) : said;
  });
}
