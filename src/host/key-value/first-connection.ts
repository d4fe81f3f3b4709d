// The first connection to a key-value file, on the thread that starts the app: it shows that the file can be written to, and writes
// what is to be there before anybody is served. The storage thread takes longer to start than all that, and takes over behind it.
import type { Database } from 'better-sqlite3';
import { Commits } from './commits.ts';
import { isLock } from './sqlite-failure.ts';
import { closeWriting, openForWriting } from './sqlite-file.ts';
import type { WriterFile } from './writer-file.ts';
import type { Outcome, Write } from './writer-messages.ts';

export class FirstConnection {
  /** `wal`, or another mode where the file's file system has no shared memory. */
  readonly journalMode: string;
  readonly #database: Database;
  readonly #commits: Commits;

  private constructor(database: Database, file: WriterFile) {
    this.#database = database;
    // Made before there is anything to write: it shows whether the table is Spin's.
    this.#commits = new Commits(database, 0, file.commitCounter);
    this.journalMode = String(database.pragma('journal_mode', { simple: true }));
  }

  /** Undefined when it does not work at once: the storage thread can wait for a lock, and tells what is wrong otherwise. */
  static open(file: WriterFile): FirstConnection | undefined {
    let database: Database | undefined;
    try {
      database = openForWriting({ ...file, busyTimeoutMs: 0 });
      return new FirstConnection(database, file);
    } catch {
      database?.close();
      return undefined;
    }
  }

  /** In one commit. By the index of the write; one that is missing is done. Undefined when somebody else is writing. */
  write(writes: readonly Write[]): ReadonlyMap<number, Outcome> | undefined {
    const outcomes = this.#commits.commit(writes);
    const isLocked = [...outcomes.values()].some(outcome => outcome.kind === 'failed' && isLock(outcome.failure));
    return isLocked ? undefined : outcomes;
  }

  /** The storage thread has opened the file. */
  release(): void {
    if (this.#database.open) this.#database.close();
  }

  /** As nobody else has opened it: gives the file back. Gives a reason when that could not be done as Spin keeps it. */
  close(): string | undefined {
    return closeWriting(this.#database);
  }
}
