// The WIT of SQLite databases as values: what all versions share, and fermyon:spin/sqlite, without a version and at 2.0.0.
import { func, waitingFunc, witInterface } from '../../wit/interface.ts';
import {
  alias,
  borrow,
  bytes,
  f64,
  list,
  own,
  record,
  resource,
  result,
  s64,
  string,
  u32,
  variant,
  type Js,
  type WitResource,
} from '../../wit/types.ts';
import type { SqlConnection } from './connection.ts';

/** Each version owns types of its own, which are the same. */
export function declareTypes() {
  const connection: WitResource<SqlConnection> = resource<SqlConnection>('connection');
  const value = variant('value', { integer: s64, real: f64, text: string, blob: bytes, null: null });
  const row = record('row-result', { values: list(value) });
  return {
    connection,
    error: variant('error', {
      'no-such-database': null,
      'access-denied': null,
      'invalid-connection': null,
      'database-full': null,
      io: string,
    }),
    value,
    row,
    queryResult: record('query-result', { columns: list(string), rows: list(row) }),
  };
}

type Types = ReturnType<typeof declareTypes>;
export type SqliteError = Js<Types['error']>;
export type WitValue = Js<Types['value']>;
export type WitRow = Js<Types['row']>;
export type WitQueryResult = Js<Types['queryResult']>;

const types1 = declareTypes();
const handle = alias('connection', u32);

export const sqliteV1 = witInterface('fermyon:spin/sqlite', undefined, {
  types: [handle, types1.error, types1.value, types1.row, types1.queryResult],
  functions: {
    open: func([['database', string]], result(handle, types1.error)),
    execute: waitingFunc(
      [
        ['conn', handle],
        ['statement', string],
        ['parameters', list(types1.value)],
      ],
      result(types1.queryResult, types1.error),
    ),
    close: func([['conn', handle]]),
  },
});

const types2 = declareTypes();

export const sqliteV2 = witInterface('fermyon:spin/sqlite', '2.0.0', {
  resources: [types2.connection],
  types: [types2.error, types2.value, types2.row, types2.queryResult],
  functions: {
    // Opening waits for nothing: the file is opened by the first statement.
    '[static]connection.open': func([['database', string]], result(own(types2.connection), types2.error)),
    '[method]connection.execute': waitingFunc(
      [
        ['self', borrow(types2.connection)],
        ['statement', string],
        ['parameters', list(types2.value)],
      ],
      result(types2.queryResult, types2.error),
    ),
  },
});
