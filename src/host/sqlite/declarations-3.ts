// spin:sqlite/sqlite@3.1.0, as WIT values; 3.0.0 has the same without the functions that end in `-async`.
import { asyncFunc, func, waitingFunc, witInterface } from '../../wit/interface.ts';
import { borrow, future, list, own, result, s64, stream, string, tuple, u64 } from '../../wit/types.ts';
import { declareTypes } from './declarations.ts';

const { connection, error, value, row, queryResult } = declareTypes();
const self = ['self', borrow(connection)] as const;
const statement = ['statement', string] as const;
const parameters = ['parameters', list(value)] as const;

export const sqliteV3 = witInterface('spin:sqlite/sqlite', '3.1.0', {
  resources: [connection],
  types: [error, value, row, queryResult],
  functions: {
    '[static]connection.open': func([['database', string]], result(own(connection), error)),
    '[static]connection.open-async': asyncFunc([['database', string]], result(own(connection), error)),
    '[method]connection.execute': waitingFunc([self, statement, parameters], result(queryResult, error)),
    '[method]connection.execute-async': asyncFunc(
      [self, statement, parameters],
      result(tuple(list(string), stream(row), future(result(null, error))), error),
    ),
    '[method]connection.last-insert-rowid': func([self], s64),
    '[method]connection.last-insert-rowid-async': asyncFunc([self], s64),
    '[method]connection.changes': func([self], u64),
    '[method]connection.changes-async': asyncFunc([self], u64),
  },
});
