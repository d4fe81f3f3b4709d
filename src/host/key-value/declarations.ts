// The WIT of the key-value interfaces, as values.
import { waitingFunc, witInterface } from '../../wit/interface.ts';
import {
  bool,
  borrow,
  bytes,
  list,
  option,
  own,
  resource,
  result,
  string,
  variant,
  type Js,
  type WitResource,
} from '../../wit/types.ts';
import type { Store } from './store.ts';

/** The host object behind a guest's `store`: which label of which backend. */
export interface OpenStore {
  readonly label: string;
  readonly store: Store;
}

const storeResource: WitResource<OpenStore> = resource<OpenStore>('store');

/** Each version owns one of its own. */
export const declareError = () =>
  variant('error', {
    'store-table-full': null,
    'no-such-store': null,
    'access-denied': null,
    other: string,
  });
const error = declareError();

/** The `error` of fermyon:spin/key-value@2.0.0 and of spin:key-value@3.0.0. */
export type KeyValueError = Js<typeof error>;

// Every function is declared to wait: on SQLite only writes do, on a remote backend all of them.
export const keyValueV2 = witInterface('fermyon:spin/key-value', '2.0.0', {
  resources: [storeResource],
  types: [error],
  functions: {
    '[static]store.open': waitingFunc([['label', string]], result(own(storeResource), error)),
    '[method]store.get': waitingFunc(
      [
        ['self', borrow(storeResource)],
        ['key', string],
      ],
      result(option(bytes), error),
    ),
    '[method]store.set': waitingFunc(
      [
        ['self', borrow(storeResource)],
        ['key', string],
        ['value', bytes],
      ],
      result(null, error),
    ),
    '[method]store.delete': waitingFunc(
      [
        ['self', borrow(storeResource)],
        ['key', string],
      ],
      result(null, error),
    ),
    '[method]store.exists': waitingFunc(
      [
        ['self', borrow(storeResource)],
        ['key', string],
      ],
      result(bool, error),
    ),
    '[method]store.get-keys': waitingFunc([['self', borrow(storeResource)]], result(list(string), error)),
  },
});
