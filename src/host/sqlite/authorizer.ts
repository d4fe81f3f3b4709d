// What statements may not do (spin-behaviour 3.4), said to SQLite itself, which asks while it compiles them: no parsing of ours
// can be got around. It also tells what a statement is, for those who place it.
import { constants, type DatabaseSync } from 'node:sqlite';

/** Files that may always be attached: a temporary one, and memory. */
const noFiles: readonly (string | null)[] = ['', ':memory:'];

/** Settings of the whole process, which serves others too; the first two say where SQLite writes temporary files. */
const processPragmas: ReadonlySet<string> = new Set([
  'temp_store_directory',
  'data_store_directory',
  'soft_heap_limit',
  'hard_heap_limit',
]);

/** What leaves a connection as it was. */
const readingActions: ReadonlySet<number> = new Set([
  constants.SQLITE_SELECT,
  constants.SQLITE_READ,
  constants.SQLITE_FUNCTION,
  constants.SQLITE_RECURSIVE,
]);

/** How a statement changes the transaction it is in. */
export type Transaction = 'begins' | 'ends';

export class Authorizer {
  /** Has the connection been asked for anything but to read? Then it may have a state of its own. */
  changed = false;
  /** Of what was compiled since it was last set. */
  transaction: Transaction | undefined;
  /** Time for `PRAGMA busy_timeout` of what was compiled since it was last set: a number, or undefined to be told it. */
  busyTimeout: { readonly ms: number | undefined } | undefined;
  readonly #allowAttachFile: boolean;

  constructor(database: DatabaseSync, allowAttachFile: boolean) {
    this.#allowAttachFile = allowAttachFile;
    database.setAuthorizer((action, first, second) => this.#decide(action, first, second));
  }

  #decide(action: number, first: string | null, second: string | null): number {
    if (readingActions.has(action)) return constants.SQLITE_OK;
    this.changed = true;
    switch (action) {
      case constants.SQLITE_ATTACH:
        // Null for a name that only running the statement tells. VACUUM INTO asks the same.
        return this.#allowAttachFile || noFiles.includes(first) ? constants.SQLITE_OK : constants.SQLITE_DENY;
      case constants.SQLITE_PRAGMA:
        return this.#pragma(first?.toLowerCase() ?? '', second);
      case constants.SQLITE_TRANSACTION:
        this.transaction = first === 'BEGIN' ? 'begins' : 'ends';
        return constants.SQLITE_OK;
      case constants.SQLITE_SAVEPOINT:
        this.transaction = first === 'BEGIN' ? 'begins' : 'ends';
        return constants.SQLITE_OK;
      default:
        return constants.SQLITE_OK;
    }
  }

  #pragma(name: string, value: string | null): number {
    if (processPragmas.has(name)) return constants.SQLITE_DENY;
    if (name !== 'busy_timeout') return constants.SQLITE_OK;
    // SQLite would wait in its own time, and all other connections of the process with it.
    const ms = value === null ? undefined : Math.min(Math.max(0, Math.trunc(Number(value)) || 0), 2 ** 31 - 1);
    this.busyTimeout = { ms };
    return constants.SQLITE_IGNORE;
  }
}
