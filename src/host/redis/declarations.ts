// The WIT of Redis as values: fermyon:spin/redis, without a version and at 2.0.0, and spin:redis@3.0.0 (spin-behaviour 3.5).
import { asyncFunc, waitingFunc, witInterface } from '../../wit/interface.ts';
import {
  alias,
  borrow,
  bytes,
  enumeration,
  list,
  option,
  own,
  resource,
  result,
  s64,
  string,
  u32,
  variant,
  type WitResource,
} from '../../wit/types.ts';
import type { Unconnected } from '../outbound/server-access.ts';

/** Each version owns types of its own, which are the same. */
function declareValues() {
  const payload = alias('payload', bytes);
  return {
    payload,
    parameter: variant('redis-parameter', { int64: s64, binary: payload }),
    reply: variant('redis-result', { nil: null, status: string, int64: s64, binary: payload }),
  };
}

const key = ['key', string] as const;
const values = ['values', list(string)] as const;

// --- without a version ---

const values1 = declareValues();
const error1 = enumeration('error', ['success', 'error']);
const address = ['address', string] as const;

export const redisTypesV1 = witInterface('fermyon:spin/redis-types', undefined, {
  types: [error1, values1.payload, values1.parameter, values1.reply],
  functions: {},
});

export const redisV1 = witInterface('fermyon:spin/redis', undefined, {
  functions: {
    publish: waitingFunc([address, ['channel', string], ['payload', values1.payload]], result(null, error1)),
    get: waitingFunc([address, key], result(values1.payload, error1)),
    set: waitingFunc([address, key, ['value', values1.payload]], result(null, error1)),
    incr: waitingFunc([address, key], result(s64, error1)),
    del: waitingFunc([address, ['keys', list(string)]], result(s64, error1)),
    sadd: waitingFunc([address, key, values], result(s64, error1)),
    smembers: waitingFunc([address, key], result(list(string), error1)),
    srem: waitingFunc([address, key, values], result(s64, error1)),
    execute: waitingFunc(
      [address, ['command', string], ['arguments', list(values1.parameter)]],
      result(list(values1.reply), error1),
    ),
  },
});

// --- with connections ---

/** Of 2.0.0 and 3.0.0: the parameters and results of the functions, which are async in one of them. */
function declareConnections() {
  const { payload, parameter, reply } = declareValues();
  const connection: WitResource<Unconnected> = resource<Unconnected>('connection');
  const error = variant('error', { 'invalid-address': null, 'too-many-connections': null, 'type-error': null, other: string });
  const self = ['self', borrow(connection)] as const;
  return {
    resources: [connection],
    types: [error, payload, parameter, reply],
    open: { params: [['address', string]], result: result(own(connection), error) },
    publish: { params: [self, ['channel', string], ['payload', payload]], result: result(null, error) },
    get: { params: [self, key], result: result(option(payload), error) },
    set: { params: [self, key, ['value', payload]], result: result(null, error) },
    incr: { params: [self, key], result: result(s64, error) },
    del: { params: [self, ['keys', list(string)]], result: result(u32, error) },
    sadd: { params: [self, key, values], result: result(u32, error) },
    smembers: { params: [self, key], result: result(list(string), error) },
    srem: { params: [self, key, values], result: result(u32, error) },
    execute: {
      params: [self, ['command', string], ['arguments', list(parameter)]],
      result: result(list(reply), error),
    },
  } as const;
}

const of2 = declareConnections();

export const redisV2 = witInterface('fermyon:spin/redis', '2.0.0', {
  resources: of2.resources,
  types: of2.types,
  functions: {
    '[static]connection.open': waitingFunc(of2.open.params, of2.open.result),
    '[method]connection.publish': waitingFunc(of2.publish.params, of2.publish.result),
    '[method]connection.get': waitingFunc(of2.get.params, of2.get.result),
    '[method]connection.set': waitingFunc(of2.set.params, of2.set.result),
    '[method]connection.incr': waitingFunc(of2.incr.params, of2.incr.result),
    '[method]connection.del': waitingFunc(of2.del.params, of2.del.result),
    '[method]connection.sadd': waitingFunc(of2.sadd.params, of2.sadd.result),
    '[method]connection.smembers': waitingFunc(of2.smembers.params, of2.smembers.result),
    '[method]connection.srem': waitingFunc(of2.srem.params, of2.srem.result),
    '[method]connection.execute': waitingFunc(of2.execute.params, of2.execute.result),
  },
});

const of3 = declareConnections();

export const redisV3 = witInterface('spin:redis/redis', '3.0.0', {
  resources: of3.resources,
  types: of3.types,
  functions: {
    '[static]connection.open': asyncFunc(of3.open.params, of3.open.result),
    '[method]connection.publish': asyncFunc(of3.publish.params, of3.publish.result),
    '[method]connection.get': asyncFunc(of3.get.params, of3.get.result),
    '[method]connection.set': asyncFunc(of3.set.params, of3.set.result),
    '[method]connection.incr': asyncFunc(of3.incr.params, of3.incr.result),
    '[method]connection.del': asyncFunc(of3.del.params, of3.del.result),
    '[method]connection.sadd': asyncFunc(of3.sadd.params, of3.sadd.result),
    '[method]connection.smembers': asyncFunc(of3.smembers.params, of3.smembers.result),
    '[method]connection.srem': asyncFunc(of3.srem.params, of3.srem.result),
    '[method]connection.execute': asyncFunc(of3.execute.params, of3.execute.result),
  },
});
