// wasi:keyvalue@0.2.0-draft2 as Spin has it: store, batch and atomics.
import { waitingFunc, witInterface } from '../../wit/interface.ts';
import {
  bool,
  borrow,
  bytes,
  list,
  option,
  own,
  record,
  resource,
  result,
  s64,
  string,
  tuple,
  variant,
  type Js,
  type WitResource,
} from '../../wit/types.ts';
import type { CompareAndSwap } from './compare-and-swap.ts';
import type { OpenStore } from './declarations.ts';

const version = '0.2.0-draft2';

const bucketResource: WitResource<OpenStore> = resource<OpenStore>('bucket');
const casResource: WitResource<CompareAndSwap> = resource<CompareAndSwap>('cas');

const error = variant('error', { 'no-such-store': null, 'access-denied': null, other: string });
const keyResponse = record('key-response', { keys: list(string), cursor: option(string) });
const casError = variant('cas-error', { 'store-error': error, 'cas-failed': own(casResource) });

export type WasiKeyValueError = Js<typeof error>;
export type CasError = Js<typeof casError>;

const self = ['self', borrow(bucketResource)] as const;
const bucket = ['bucket', borrow(bucketResource)] as const;
const key = ['key', string] as const;
const keys = ['keys', list(string)] as const;

export const wasiStore = witInterface('wasi:keyvalue/store', version, {
  resources: [bucketResource],
  types: [error, keyResponse],
  functions: {
    open: waitingFunc([['identifier', string]], result(own(bucketResource), error)),
    '[method]bucket.get': waitingFunc([self, key], result(option(bytes), error)),
    '[method]bucket.set': waitingFunc([self, key, ['value', bytes]], result(null, error)),
    '[method]bucket.delete': waitingFunc([self, key], result(null, error)),
    '[method]bucket.exists': waitingFunc([self, key], result(bool, error)),
    '[method]bucket.list-keys': waitingFunc([self, ['cursor', option(string)]], result(keyResponse, error)),
  },
});

export const wasiBatch = witInterface('wasi:keyvalue/batch', version, {
  functions: {
    'get-many': waitingFunc([bucket, keys], result(list(tuple(string, option(bytes))), error)),
    'set-many': waitingFunc([bucket, ['key-values', list(tuple(string, bytes))]], result(null, error)),
    'delete-many': waitingFunc([bucket, keys], result(null, error)),
  },
});

export const wasiAtomics = witInterface('wasi:keyvalue/atomics', version, {
  resources: [casResource],
  types: [casError],
  functions: {
    '[static]cas.new': waitingFunc([bucket, key], result(own(casResource), error)),
    '[method]cas.current': waitingFunc([['self', borrow(casResource)]], result(option(bytes), error)),
    increment: waitingFunc([bucket, key, ['delta', s64]], result(s64, error)),
    swap: waitingFunc(
      [
        ['cas', own(casResource)],
        ['value', bytes],
      ],
      result(null, casError),
    ),
  },
});
