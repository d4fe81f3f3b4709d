// The WIT of PostgreSQL as values: fermyon:spin/postgres, without a version and at 2.0.0, and spin:postgres@3.0.0 (spin-behaviour 3.6).
import { waitingFunc, witInterface } from '../../wit/interface.ts';
import {
  alias,
  bool,
  borrow,
  bytes,
  enumeration,
  f32,
  f64,
  list,
  own,
  record,
  resource,
  result,
  s16,
  s32,
  s64,
  s8,
  string,
  tuple,
  u32,
  u64,
  u8,
  variant,
  type WitResource,
} from '../../wit/types.ts';
import type { Unconnected } from '../outbound/server-access.ts';
import { declareError, declareErrorV1, errorV2, rowSetV1, rowSetV2, valuesV1, valuesV2 } from '../rdbms/declarations.ts';

export const address = ['address', string] as const;
export const statement = ['statement', string] as const;

// --- without a version ---

const errorV1 = declareErrorV1('pg-error');
const paramsV1 = [address, statement, ['params', list(valuesV1.parameter)]] as const;

export const postgresV1 = witInterface('fermyon:spin/postgres', undefined, {
  types: [errorV1],
  functions: {
    query: waitingFunc(paramsV1, result(rowSetV1, errorV1)),
    execute: waitingFunc(paramsV1, result(u64, errorV1)),
  },
});

// --- 2.0.0 ---

const connectionV2: WitResource<Unconnected> = resource<Unconnected>('connection');
const paramsV2 = [['self', borrow(connectionV2)], statement, ['params', list(valuesV2.parameter)]] as const;

export const postgresV2 = witInterface('fermyon:spin/postgres', '2.0.0', {
  resources: [connectionV2],
  functions: {
    '[static]connection.open': waitingFunc([address], result(own(connectionV2), errorV2)),
    '[method]connection.query': waitingFunc(paramsV2, result(rowSetV2, errorV2)),
    '[method]connection.execute': waitingFunc(paramsV2, result(u64, errorV2)),
  },
});

// --- 3.0.0 ---

/** Of the values that 3.0.0 and 4.2.0 both have. */
export const scalars = {
  boolean: bool,
  int8: s8,
  int16: s16,
  int32: s32,
  int64: s64,
  floating32: f32,
  floating64: f64,
  str: string,
  binary: bytes,
  /** Year, month, day. */
  date: tuple(s32, u8, u8),
  /** Hour, minute, second, nanosecond. */
  time: tuple(u8, u8, u8, u32),
  /** UTC: a date, then a time. */
  datetime: tuple(s32, u8, u8, u8, u8, u8, u32),
  /** Seconds since 1970. */
  timestamp: s64,
} as const;

const connectionV3: WitResource<Unconnected> = resource<Unconnected>('connection');
const errorV3 = declareError();
const dataType = enumeration('db-data-type', [
  'boolean',
  'int8',
  'int16',
  'int32',
  'int64',
  'floating32',
  'floating64',
  'str',
  'binary',
  'date',
  'time',
  'datetime',
  'timestamp',
  'other',
]);
const value = variant('db-value', { ...scalars, 'db-null': null, unsupported: null });
const parameter = variant('parameter-value', { ...scalars, 'db-null': null });
const column = record('column', { name: string, 'data-type': dataType });
const row = alias('row', list(value));
const rowSet = record('row-set', { columns: list(column), rows: list(row) });
const paramsV3 = [['self', borrow(connectionV3)], statement, ['params', list(parameter)]] as const;

export const postgresV3 = witInterface('spin:postgres/postgres', '3.0.0', {
  resources: [connectionV3],
  types: [errorV3, dataType, value, parameter, column, row, rowSet],
  functions: {
    '[static]connection.open': waitingFunc([address], result(own(connectionV3), errorV3)),
    '[method]connection.query': waitingFunc(paramsV3, result(rowSet, errorV3)),
    '[method]connection.execute': waitingFunc(paramsV3, result(u64, errorV3)),
  },
});
