// What one invocation may open and has open, and what every version of the interface does with it (spin-behaviour 3.4).
import { err, ok, type Result } from '../../wit/types.ts';
import { SqlConnection } from './connection.ts';
import type { SqliteError, WitQueryResult, WitRow, WitValue } from './declarations.ts';
import type { SqlDatabase, SqlValue } from './messages.ts';
import type { SqlClient, SqlTable } from './sql-client.ts';

/** Connections that one invocation may have open, as in Spin. */
export const connectionsMax = 256;

export interface SqliteState {
  /** The labels in the component's `sqlite_databases`. */
  readonly allowed: ReadonlySet<string>;
  readonly databases: ReadonlyMap<string, SqlDatabase>;
  /** Undefined when no component of the app may open a database. */
  readonly client: SqlClient | undefined;
  /** Told of a label that the component may not open. */
  readonly refused: (label: string) => void;
  /** See `Invocation.leaving`. */
  readonly leaving: () => Promise<string | undefined> | undefined;
  readonly open: Set<SqlConnection>;
  /** Of the version without resources: by the number that the guest has. */
  readonly numbered: Map<number, SqlConnection>;
  /** Bytes of rows that wait in streams. */
  streamedBytes: number;
}

export const io = (reason: string): { readonly tag: 'err'; readonly val: SqliteError } => err({ tag: 'io', val: reason });

export function openConnection(state: SqliteState, label: string): Result<SqlConnection, SqliteError> {
  // First of all, so that a guest cannot find out which databases exist.
  if (!state.allowed.has(label)) {
    state.refused(label);
    return err({ tag: 'access-denied' });
  }
  const database = state.databases.get(label);
  if (!database || !state.client) return err({ tag: 'no-such-database' });
  if (state.open.size >= connectionsMax) return io('too many connections opened');
  const connection = new SqlConnection(state.client, database, state.leaving);
  state.open.add(connection);
  return ok(connection);
}

export function closeConnection(state: SqliteState, connection: SqlConnection): void {
  if (state.open.delete(connection)) connection.close();
}

export function closeAll(state: SqliteState): void {
  for (const connection of state.open) connection.close();
  state.open.clear();
  state.numbered.clear();
}

export async function query(
  connection: SqlConnection,
  sql: string,
  parameters: readonly WitValue[],
): Promise<Result<SqlTable, SqliteError>> {
  const executed = await connection.execute(sql, parameters.map(fromWit));
  return executed.kind === 'rows' ? ok(executed.table) : io(executed.reason);
}

/** All rows at once. */
export async function queryAll(
  connection: SqlConnection,
  sql: string,
  parameters: readonly WitValue[],
): Promise<Result<WitQueryResult, SqliteError>> {
  const answer = await query(connection, sql, parameters);
  return answer.tag === 'err' ? answer : ok({ columns: [...answer.val.columns], rows: answer.val.rows.map(toWitRow) });
}

export const toWitRow = (row: readonly SqlValue[]): WitRow => ({ values: row.map(toWit) });

function toWit(value: SqlValue): WitValue {
  if (value === null) return { tag: 'null' };
  switch (typeof value) {
    case 'bigint':
      return { tag: 'integer', val: value };
    case 'number':
      return { tag: 'real', val: value };
    case 'string':
      return { tag: 'text', val: value };
    default:
      return { tag: 'blob', val: value };
  }
}

const fromWit = (value: WitValue): SqlValue => (value.tag === 'null' ? null : value.val);
