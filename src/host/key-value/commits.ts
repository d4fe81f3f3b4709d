// Commits writes on a file's one writing connection: all that came together in one transaction, so they share one fsync.
import type { Database, Statement } from 'better-sqlite3';
import { countCommit, type CommitCounter } from './commit-counter.ts';
import { failureOf, isLock, type SqliteFailure } from './sqlite-failure.ts';
import { retryWhileLocked } from './lock-wait.ts';
import type { Write } from './writer-messages.ts';

/** The writes that failed, by their index among those given; every other one is committed. */
export type Failures = ReadonlyMap<number, SqliteFailure>;

const none: Failures = new Map();

export class Commits {
  readonly #database: Database;
  readonly #busyTimeoutMs: number;
  readonly #begin: Statement<[]>;
  readonly #commit: Statement<[]>;
  readonly #rollback: Statement<[]>;
  readonly #set: Statement<[string, string, Uint8Array]>;
  readonly #delete: Statement<[string, string]>;
  readonly #counter: CommitCounter;
  #count = 0;

  /** `busyTimeoutMs`: how long a transaction waits for another program's lock. */
  constructor(database: Database, busyTimeoutMs: number, counter: CommitCounter) {
    this.#database = database;
    this.#busyTimeoutMs = busyTimeoutMs;
    this.#counter = counter;
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
    this.#rollback = database.prepare('ROLLBACK');
    this.#set = database.prepare(
      'INSERT INTO spin_key_value (store, key, value) VALUES (?, ?, ?) ON CONFLICT (store, key) DO UPDATE SET value = excluded.value',
    );
    this.#delete = database.prepare('DELETE FROM spin_key_value WHERE store = ? AND key = ?');
  }

  /** How many transactions were committed so far. */
  get count(): number {
    return this.#count;
  }

  /** Commits the writes in their order. When they fail together each is tried alone, so that only the guilty one fails. */
  commit(writes: readonly Write[]): Failures {
    const failure = this.#transaction(writes);
    if (!failure) return none;
    if (writes.length === 1 || isLock(failure)) return new Map(writes.map((_, index) => [index, failure]));
    return this.#oneByOne(writes);
  }

  #oneByOne(writes: readonly Write[]): Failures {
    const failures = new Map<number, SqliteFailure>();
    let lock: SqliteFailure | undefined;
    for (const [index, write] of writes.entries()) {
      const failure = lock ?? this.#transaction([write]);
      if (!failure) continue;
      failures.set(index, failure);
      if (isLock(failure)) lock = failure;
    }
    return failures;
  }

  #transaction(writes: readonly Write[]): SqliteFailure | undefined {
    try {
      retryWhileLocked(this.#busyTimeoutMs, () => this.#begin.run());
      for (const { store, key, value } of writes) {
        if (value) this.#set.run(store, key, value);
        else this.#delete.run(store, key);
      }
      // With a rollback journal this waits for readers.
      retryWhileLocked(this.#busyTimeoutMs, () => this.#commit.run());
      this.#count += 1;
      countCommit(this.#counter);
      return undefined;
    } catch (error) {
      // After some failures (a full disk) SQLite has rolled back by itself.
      if (this.#database.inTransaction) this.#rollback.run();
      return failureOf(error);
    }
  }
}
