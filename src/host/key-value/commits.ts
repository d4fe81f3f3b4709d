// Commits writes on a file's one writing connection: all that came together in one transaction, so they share one fsync.
import type { Database, Statement } from 'better-sqlite3';
import { countCommit, type CommitCounter } from './commit-counter.ts';
import { failureOf, isLock, type SqliteFailure } from './sqlite-failure.ts';
import { retryWhileLocked } from './lock-wait.ts';
import { WriteSteps } from './write-steps.ts';
import type { Outcome, Write } from './writer-messages.ts';

/** By the index of the write among those given; every other one is committed and has no more to say. */
type OutcomesByIndex = ReadonlyMap<number, Outcome>;

export class Commits {
  readonly #database: Database;
  readonly #busyTimeoutMs: number;
  readonly #begin: Statement<[]>;
  readonly #commit: Statement<[]>;
  readonly #rollback: Statement<[]>;
  readonly #steps: WriteSteps;
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
    this.#steps = new WriteSteps(database);
  }

  /** How many transactions were committed so far. */
  get count(): number {
    return this.#count;
  }

  /** Commits the writes in their order. When they fail together each is tried alone, so that only the guilty one fails. */
  commit(writes: readonly Write[]): OutcomesByIndex {
    const done = this.#transaction(writes);
    if (!('code' in done)) return done;
    const failed: Outcome = { kind: 'failed', failure: done };
    if (writes.length === 1 || isLock(done)) return new Map(writes.map((_, index) => [index, failed]));
    return this.#oneByOne(writes);
  }

  #oneByOne(writes: readonly Write[]): OutcomesByIndex {
    const outcomes = new Map<number, Outcome>();
    let lock: SqliteFailure | undefined;
    for (const [index, write] of writes.entries()) {
      const done = lock ?? this.#transaction([write]);
      if ('code' in done) {
        outcomes.set(index, { kind: 'failed', failure: done });
        if (isLock(done)) lock = done;
      } else {
        const outcome = done.get(0);
        if (outcome) outcomes.set(index, outcome);
      }
    }
    return outcomes;
  }

  /** All of them, or none and why. */
  #transaction(writes: readonly Write[]): OutcomesByIndex | SqliteFailure {
    const outcomes = new Map<number, Outcome>();
    try {
      retryWhileLocked(this.#busyTimeoutMs, () => this.#begin.run());
      for (let index = 0; index < writes.length; index += 1) {
        const write = writes[index];
        const outcome = write && this.#steps.run(write);
        if (outcome) outcomes.set(index, outcome);
      }
      // With a rollback journal this waits for readers.
      retryWhileLocked(this.#busyTimeoutMs, () => this.#commit.run());
      this.#count += 1;
      countCommit(this.#counter);
      return outcomes;
    } catch (error) {
      // After some failures (a full disk) SQLite has rolled back by itself.
      if (this.#database.inTransaction) this.#rollback.run();
      return failureOf(error);
    }
  }
}
