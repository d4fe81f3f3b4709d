// fermyon:spin/key-value of Spin 1: the same stores, behind numbers. A number that is no open store's traps, as in Spin.
import { err, ok, okay, type Result } from '../../wit/types.ts';
import { provide, type Provided } from '../interface.ts';
import { keyValueV1, type KeyValueErrorV1 } from './declarations-1.ts';
import type { OpenStore } from './declarations.ts';
import { answer, closeStore, openStore, type KeyValueState } from './open-stores.ts';
import { errorText, type Awaitable, type StoreResult } from './store.ts';

type Answer<T> = Awaitable<Result<T, KeyValueErrorV1>>;

export const spinV1: Provided<KeyValueState> = provide<KeyValueState>()(keyValueV1, {
  open,
  get: (state, number, key) => {
    const { store, label } = numbered(state, number);
    return said(store.get(label, key), value => (value ? ok(value) : err({ tag: 'no-such-key' })));
  },
  set: (state, number, key, value) => {
    const { store, label } = numbered(state, number);
    return said(store.set(label, key, value), () => okay);
  },
  delete: (state, number, key) => {
    const { store, label } = numbered(state, number);
    return said(store.delete(label, key), () => okay);
  },
  exists: (state, number, key) => {
    const { store, label } = numbered(state, number);
    return said(store.exists(label, key), ok);
  },
  'get-keys': (state, number) => {
    const { store, label } = numbered(state, number);
    return said(store.getKeys(label), ok);
  },
  // Spin says nothing of a number that it does not know here.
  close: (state, number) => {
    if (state.numbered?.delete(number)) closeStore(state);
  },
});

function open(state: KeyValueState, label: string): Result<number, KeyValueErrorV1> {
  const opened = openStore(state, label);
  if (opened.tag === 'err') return err({ tag: opened.val });
  const stores = (state.numbered ??= new Map());
  const number = freeNumber(stores);
  stores.set(number, opened.val);
  return ok(number);
}

/** Below or at their count there is one, since numbers begin at 0. */
function freeNumber(stores: ReadonlyMap<number, OpenStore>): number {
  let number = stores.size;
  while (stores.has(number)) number -= 1;
  return number;
}

function numbered(state: KeyValueState, number: number): OpenStore {
  return state.numbered?.get(number) ?? state.trap(`the key-value store number ${number} is not open`);
}

const said = <T, R>(given: Awaitable<StoreResult<T>>, encode: (value: T) => Result<R, KeyValueErrorV1>): Answer<R> =>
  answer(given, (result): Result<R, KeyValueErrorV1> =>
    result.tag === 'ok' ? encode(result.val) : err({ tag: 'io', val: errorText(result.val) }),
  );
