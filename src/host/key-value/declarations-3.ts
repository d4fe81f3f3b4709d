// spin:key-value/key-value@3.0.0, as WIT values.
import { asyncFunc, witInterface } from '../../wit/interface.ts';
import {
  bool,
  borrow,
  bytes,
  future,
  option,
  own,
  resource,
  result,
  stream,
  string,
  tuple,
  type WitResource,
} from '../../wit/types.ts';
import { declareError, type OpenStore } from './declarations.ts';

const storeResource: WitResource<OpenStore> = resource<OpenStore>('store');
const error = declareError();
const self = ['self', borrow(storeResource)] as const;
const key = ['key', string] as const;

export const keyValueV3 = witInterface('spin:key-value/key-value', '3.0.0', {
  resources: [storeResource],
  types: [error],
  functions: {
    '[static]store.open': asyncFunc([['label', string]], result(own(storeResource), error)),
    '[method]store.get': asyncFunc([self, key], result(option(bytes), error)),
    '[method]store.set': asyncFunc([self, key, ['value', bytes]], result(null, error)),
    '[method]store.delete': asyncFunc([self, key], result(null, error)),
    '[method]store.exists': asyncFunc([self, key], result(bool, error)),
    '[method]store.get-keys': asyncFunc([self], tuple(stream(string), future(result(null, error)))),
  },
});
