// spin:sqlite/sqlite@3.1.0: what 2.0.0 does, the numbers of the last statement, and async twins whose rows come as a stream.
import { FutureValue } from '../../wit/future-value.ts';
import { ListStream } from '../../wit/list-stream.ts';
import type { FutureReader, StreamReader } from '../../wit/stream.ts';
import { ok, okay, type Result } from '../../wit/types.ts';
import { provide, type Provided } from '../interface.ts';
import type { SqlConnection } from './connection.ts';
import type { SqliteError, WitRow, WitValue } from './declarations.ts';
import { sqliteV3 } from './declarations-3.ts';
import { closeConnection, io, openConnection, query, queryAll, toWitRow, type SqliteState } from './guest-databases.ts';
import { resultBytesMax } from './limits.ts';

type Streamed = [string[], StreamReader<WitRow[]>, FutureReader<Result<undefined, SqliteError>>];

export const spinV3: Provided<SqliteState> = provide<SqliteState>()(
  sqliteV3,
  {
    '[static]connection.open': openConnection,
    '[static]connection.open-async': openConnection,
    '[method]connection.execute': (_, connection, sql, parameters) => queryAll(connection, sql, parameters),
    '[method]connection.execute-async': executeAsync,
    '[method]connection.last-insert-rowid': (_, connection) => connection.lastInsertRowid,
    '[method]connection.last-insert-rowid-async': (_, connection) => connection.lastInsertRowid,
    '[method]connection.changes': (_, connection) => connection.changes,
    '[method]connection.changes-async': (_, connection) => connection.changes,
  },
  { connection: closeConnection },
);

async function executeAsync(
  state: SqliteState,
  connection: SqlConnection,
  sql: string,
  parameters: readonly WitValue[],
): Promise<Result<Streamed, SqliteError>> {
  const answer = await query(connection, sql, parameters);
  if (answer.tag === 'err') return answer;
  const { columns, rows, bytes } = answer.val;
  // A guest may ask again and again and read nothing of it.
  if (state.streamedBytes + bytes > resultBytesMax) return io(`query result exceeds limit of ${resultBytesMax} bytes`);
  state.streamedBytes += bytes;
  const read = new ListStream(rows.map(toWitRow), () => {
    state.streamedBytes -= bytes;
  });
  return ok([[...columns], read, FutureValue.of(okay)]);
}
