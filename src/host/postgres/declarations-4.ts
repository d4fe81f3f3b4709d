// spin:postgres@4.2.0, as WIT values; 4.0.0 and 4.1.0 have the same with fewer functions (spin-behaviour 3.6).
import { asyncFunc, func, waitingFunc, witInterface } from '../../wit/interface.ts';
import {
  alias,
  borrow,
  bytes,
  enumeration,
  future,
  list,
  option,
  own,
  record,
  resource,
  result,
  s32,
  s64,
  stream,
  string,
  tuple,
  u64,
  variant,
  type WitResource,
  type WitType,
} from '../../wit/types.ts';
import type { Unconnected } from '../outbound/server-access.ts';
import type { ConnectionBuilder } from './connection-builder.ts';
import { address, scalars, statement } from './declarations.ts';

const dbError = record('db-error', {
  'as-text': string,
  severity: string,
  code: string,
  message: string,
  detail: option(string),
  extras: list(tuple(string, string)),
});
const queryError = variant('query-error', { text: string, 'db-error': dbError });
const error = variant('error', {
  'connection-failed': string,
  'bad-parameter': string,
  'query-failed': queryError,
  'value-conversion-failed': string,
  other: string,
});

const dataType = variant('db-data-type', {
  boolean: null,
  int8: null,
  int16: null,
  int32: null,
  int64: null,
  floating32: null,
  floating64: null,
  str: null,
  binary: null,
  date: null,
  time: null,
  datetime: null,
  timestamp: null,
  uuid: null,
  jsonb: null,
  decimal: null,
  'range-int32': null,
  'range-int64': null,
  'range-decimal': null,
  'array-int32': null,
  'array-int64': null,
  'array-decimal': null,
  'array-str': null,
  interval: null,
  other: string,
});

const boundKind = enumeration('range-bound-kind', ['inclusive', 'exclusive']);
const interval = record('interval', { micros: s64, days: s32, months: s32 });
/** Both ends of a range; one that is missing is open. */
const range = <T>(of: WitType<T>) => tuple(option(tuple(of, boundKind)), option(tuple(of, boundKind)));
const array = <T>(of: WitType<T>) => list(option(of));
const values = {
  ...scalars,
  uuid: string,
  jsonb: bytes,
  decimal: string,
  'range-int32': range(s32),
  'range-int64': range(s64),
  'range-decimal': range(string),
  'array-int32': array(s32),
  'array-int64': array(s64),
  'array-decimal': array(string),
  'array-str': array(string),
  interval,
} as const;
const value = variant('db-value', { ...values, 'db-null': null, unsupported: bytes });
const parameter = variant('parameter-value', { ...values, 'db-null': null });
const column = record('column', { name: string, 'data-type': dataType });
const row = alias('row', list(value));
const rowSet = record('row-set', { columns: list(column), rows: list(row) });

const connection: WitResource<Unconnected> = resource<Unconnected>('connection');
const builder: WitResource<ConnectionBuilder> = resource<ConnectionBuilder>('connection-builder');
const query = [['self', borrow(connection)], statement, ['params', list(parameter)]] as const;
const selfBuilder = ['self', borrow(builder)] as const;
const opened = result(own(connection), error);

export const postgresV4 = witInterface('spin:postgres/postgres', '4.2.0', {
  resources: [builder, connection],
  types: [dbError, queryError, error, dataType, boundKind, interval, value, parameter, column, row, rowSet],
  functions: {
    '[constructor]connection-builder': func([address], own(builder)),
    '[method]connection-builder.set-ca-root': func([selfBuilder, ['certificate', string]], result(null, error)),
    '[method]connection-builder.build': waitingFunc([selfBuilder], opened),
    '[method]connection-builder.build-async': asyncFunc([selfBuilder], opened),
    '[static]connection.open': waitingFunc([address], opened),
    '[static]connection.open-async': asyncFunc([address], opened),
    '[method]connection.query': waitingFunc(query, result(rowSet, error)),
    '[method]connection.query-async': asyncFunc(
      query,
      result(tuple(list(column), stream(row), future(result(null, error))), error),
    ),
    '[method]connection.execute': waitingFunc(query, result(u64, error)),
    '[method]connection.execute-async': asyncFunc(query, result(u64, error)),
  },
});
