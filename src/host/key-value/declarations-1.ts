// fermyon:spin/key-value without a version, of Spin 1: free functions on numbers that stand for stores.
import { waitingFunc, witInterface } from '../../wit/interface.ts';
import { alias, bool, bytes, list, result, string, u32, variant, type Js } from '../../wit/types.ts';

const store = alias('store', u32);
const error = variant('error', {
  'store-table-full': null,
  'no-such-store': null,
  'access-denied': null,
  'invalid-store': null,
  'no-such-key': null,
  io: string,
});

export type KeyValueErrorV1 = Js<typeof error>;

const self = ['store', store] as const;
const key = ['key', string] as const;

export const keyValueV1 = witInterface('fermyon:spin/key-value', undefined, {
  types: [store, error],
  functions: {
    open: waitingFunc([['name', string]], result(store, error)),
    get: waitingFunc([self, key], result(bytes, error)),
    set: waitingFunc([self, key, ['value', bytes]], result(null, error)),
    delete: waitingFunc([self, key], result(null, error)),
    exists: waitingFunc([self, key], result(bool, error)),
    'get-keys': waitingFunc([self], result(list(string), error)),
    close: waitingFunc([self]),
  },
});
