// Connections to a key-value file: the table, the pragmas, and the two ways in (one that writes, many that read).
import Database from 'better-sqlite3';
import { lockPieceMs, retryWhileLocked } from './lock-wait.ts';
import { failureOf, isLock } from './sqlite-failure.ts';
import type { WriterFile } from './writer-file.ts';

/** A reader waits on a serving thread, so less. In WAL mode it is only ever held up while a file changes its mode. */
const readerBusyTimeoutMs = 1_000;

/** Letter for letter Spin's, since SQLite keeps the text: the file of either looks like the other's. */
const createTable = `CREATE TABLE IF NOT EXISTS spin_key_value (
                           store TEXT NOT NULL,
                           key   TEXT NOT NULL,
                           value BLOB NOT NULL,

                           PRIMARY KEY (store, key)
                        )`;

/** Opens the one connection that writes; makes file and table when missing. Throws SqliteError. */
export function openForWriting({ path, lasts, busyTimeoutMs }: WriterFile): Database.Database {
  const database = new Database(path, { timeout: Math.min(busyTimeoutMs, lockPieceMs) });
  try {
    retryWhileLocked(busyTimeoutMs, () => switchToWal(database));
    if (lasts === 'disk') syncEveryCommit(database);
    else database.pragma('synchronous = OFF');
    retryWhileLocked(busyTimeoutMs, () => database.exec(createTable));
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Where WAL is impossible (some network file systems) SQLite keeps the rollback journal: slower and as durable. */
function switchToWal(database: Database.Database): void {
  try {
    database.pragma('journal_mode = WAL');
  } catch (error) {
    // While somebody writes SQLite refuses this at once; taking the same lock is what it waits for.
    if (isLock(failureOf(error))) database.exec('BEGIN IMMEDIATE; ROLLBACK');
    throw error;
  }
}

function syncEveryCommit(database: Database.Database): void {
  // better-sqlite3 compiles SQLite to use NORMAL in WAL mode, which syncs at checkpoints only.
  database.pragma('synchronous = FULL');
  // macOS: a plain fsync leaves the data in the drive's cache. Without effect elsewhere.
  database.pragma('fullfsync = ON');
  const synchronous = database.pragma('synchronous', { simple: true });
  if (synchronous !== 2) throw new Error(`synchronous reads ${String(synchronous)}, not FULL (2)`);
}

/** Opens a connection that only reads. The file and its table must be there. Throws SqliteError. */
export function openForReading(path: string): Database.Database {
  return new Database(path, { readonly: true, fileMustExist: true, timeout: readerBusyTimeoutMs });
}

/**
 * Closes the last connection of ours and gives the file back as Spin keeps it: one file, rollback journal.
 * Gives a reason when another program still uses it; then the file stays in WAL mode, which Spin reads as well.
 */
export function closeWriting(database: Database.Database): string | undefined {
  try {
    // A stop should be quick: whoever holds the file now will tidy up when it stops itself.
    database.pragma('busy_timeout = 100');
    database.pragma('wal_checkpoint(TRUNCATE)');
    const mode = database.pragma('journal_mode = DELETE', { simple: true });
    return mode === 'delete' ? undefined : `its journal mode is still ${String(mode)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    database.close();
  }
}
