// One SQLite connection in an SQL process: runs statements on it, and tells what kind of end each had.
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { serialize } from 'node:v8';
import { Authorizer, type Transaction } from './authorizer.ts';
import { resultBytesMax } from './limits.ts';
import type { SqlDatabase, SqlRows, SqlStatement, SqlValue } from './messages.ts';
import { bind, parametersOf, type Parameters } from './parameters.ts';

/** What Spin counts for a value besides its text or blob: the size of a Rust enum of two `Vec`s. */
const valueOverheadBytes = 32;

/** How long a statement waits for another connection's lock in all, as in Spin; `PRAGMA busy_timeout` changes it. */
const busyTimeoutMs = 5_000;
/**
 * How much of that SQLite waits itself. Whoever holds the lock may be a connection of this very process, which cannot let go
 * meanwhile, so the rest of the time is waited outside.
 */
const lockPieceMs = 20;

/** Statements kept compiled, and how long their texts may be. */
const statementsMax = 32;
const keptTextMax = 10_000;

/** What a database in memory may hold, in pages of 4 KB: 256 MB. */
const memoryPagesMax = 65_536;

const busy = 5;
/** Waiting would not help: the transaction has to begin again. */
const busySnapshot = 517;

interface Compiled {
  readonly statement: StatementSync;
  readonly parameters: Parameters;
  readonly transaction: Transaction | undefined;
  readonly busyTimeout: Authorizer['busyTimeout'];
}

export type HandleOutcome =
  | { readonly kind: 'rows'; readonly result: SqlRows }
  /** `again`: it did nothing, because of a lock that may go away. */
  | { readonly kind: 'failed'; readonly reason: string; readonly again: boolean };

export class SqlHandle {
  /** How long a statement may wait for a lock, from its first try on. */
  lockWaitMs = busyTimeoutMs;
  readonly #database: DatabaseSync;
  readonly #authorizer: Authorizer;
  readonly #compiled = new Map<string, Compiled>();
  /** In a transaction that has taken locks: SQLite does not wait for more of them, lest two wait for each other. */
  #holdsLocks = false;
  #counts: StatementSync | undefined;

  /** Throws SQLite's error. */
  constructor({ path, allowAttachFile }: SqlDatabase, waitMs: number = lockPieceMs) {
    this.#database = new DatabaseSync(path ?? ':memory:', {
      timeout: waitMs,
      readBigInts: true,
      returnArrays: true,
      // As in Spin: "text" in double quotes is a text where no column has that name.
      enableDoubleQuotedStringLiterals: true,
      defensive: true,
    });
    if (path === undefined) this.#database.exec(`PRAGMA max_page_count = ${memoryPagesMax}`);
    this.#authorizer = new Authorizer(this.#database, allowAttachFile);
  }

  /** Has it a state that its next statement could see? */
  get hasState(): boolean {
    return this.#authorizer.changed;
  }

  execute({ sql, parameters, batch = false }: SqlStatement): HandleOutcome {
    let transaction: Transaction | undefined;
    try {
      if (batch) this.#database.exec(sql);
      const compiled = batch ? undefined : this.#compile(sql);
      transaction = compiled?.transaction;
      const rows = compiled ? this.#run(compiled, parameters) : noRows;
      this.#holdsLocks = this.#database.isTransaction && (this.#holdsLocks || transaction !== 'begins');
      return { kind: 'rows', result: { ...rows, ...this.#counted() } };
    } catch (error) {
      const isBusy = isBusyError(error);
      const again = isBusy && !batch && (!this.#holdsLocks || transaction === 'ends');
      if (!isBusy) this.#holdsLocks = this.#database.isTransaction;
      return { kind: 'failed', reason: error instanceof Error ? error.message : String(error), again };
    }
  }

  /** Rolls back what is not committed. */
  close(): void {
    this.#compiled.clear();
    this.#database.close();
  }

  /** Undefined for a text without a statement. Throws SQLite's error. */
  #compile(sql: string): Compiled | undefined {
    const kept = this.#compiled.get(sql);
    if (kept) return kept;
    const authorizer = this.#authorizer;
    authorizer.transaction = undefined;
    authorizer.busyTimeout = undefined;
    const statement = this.#prepare(sql);
    if (!statement) return undefined;
    const { transaction, busyTimeout } = authorizer;
    const compiled = { statement, parameters: parametersOf(sql), transaction, busyTimeout };
    if (sql.length > keptTextMax) return compiled;
    const [oldest] = this.#compiled.keys();
    if (oldest !== undefined && this.#compiled.size >= statementsMax) this.#compiled.delete(oldest);
    this.#compiled.set(sql, compiled);
    return compiled;
  }

  #prepare(sql: string): StatementSync | undefined {
    try {
      const statement = this.#database.prepare(sql);
      // Else `:a` and `@a` could not be told apart, and are refused.
      statement.setAllowBareNamedParameters(false);
      return statement;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ERR_INVALID_ARG_VALUE') return undefined;
      throw error;
    }
  }

  #run(
    { statement, parameters, busyTimeout }: Compiled,
    values: readonly SqlValue[],
  ): Pick<SqlRows, 'columns' | 'rows' | 'bytes'> {
    const { named, positional } = bind(parameters, values);
    if (busyTimeout) return this.#setTimeout(busyTimeout.ms);
    const found = statement.iterate(named, ...positional);
    let read: ReadRows;
    try {
      read = readRows(found);
    } finally {
      // Also after an error: SQLite keeps the locks of a statement that is not reset, and Node does not reset it then.
      found.return?.();
    }
    // Asked for afterwards: SQLite compiles a statement anew when the tables have changed.
    return { columns: statement.columns().map(({ name }) => name), rows: serialize(read.rows), bytes: read.bytes };
  }

  #setTimeout(ms: number | undefined): Pick<SqlRows, 'columns' | 'rows' | 'bytes'> {
    if (ms !== undefined) this.lockWaitMs = ms;
    return { columns: ['timeout'], rows: serialize([[BigInt(this.lockWaitMs)]]), bytes: valueOverheadBytes };
  }

  #counted(): Pick<SqlRows, 'lastInsertRowid' | 'changes'> {
    if (!this.hasState) return { lastInsertRowid: 0n, changes: 0n };
    this.#counts ??= this.#database.prepare('SELECT last_insert_rowid(), changes()');
    const [lastInsertRowid, changes] = this.#counts.get() as unknown as [bigint, bigint];
    return { lastInsertRowid, changes };
  }
}

const noRows = { columns: [], rows: serialize([]), bytes: 0 };

interface ReadRows {
  readonly rows: readonly (readonly SqlValue[])[];
  readonly bytes: number;
}

/** Throws SQLite's error, and when there is too much. */
function readRows(found: Iterable<unknown>): ReadRows {
  const rows: SQLOutputValue[][] = [];
  let bytes = 0;
  for (const row of found) {
    // The database is set to give arrays.
    const values = row as SQLOutputValue[];
    for (const value of values) bytes += sizeOf(value);
    if (bytes > resultBytesMax) throw new Error(`query result exceeds limit of ${resultBytesMax} bytes`);
    rows.push(values);
  }
  return { rows, bytes };
}

function sizeOf(value: SQLOutputValue): number {
  if (typeof value === 'string') return valueOverheadBytes + Buffer.byteLength(value);
  return value instanceof Uint8Array ? valueOverheadBytes + value.byteLength : valueOverheadBytes;
}

function isBusyError(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return false;
  // The low byte is the error, the rest its kind.
  return error.errcode % 256 === busy && error.errcode !== busySnapshot;
}
