// Reads that come in one turn of the event loop share a read transaction: by itself each would lock the file and unlock it, which
// takes longer than the read (ADR 018).
import type { Database, Statement } from 'better-sqlite3';
import { commitsSeen, type CommitCounter } from './commit-counter.ts';

/** After so many reads another transaction begins: a guest that reads in a loop sees what other programs write. */
const readsMax = 256;

export class TurnSnapshot {
  readonly #reader: Database;
  readonly #counter: CommitCounter;
  readonly #begin: Statement<[]>;
  readonly #commit: Statement<[]>;
  /** Of this turn, or since the last transaction of it ended. */
  #reads = 0;
  #seen = 0;
  #isEnding = false;
  #isClosed = false;
  readonly #endOfTurn = (): void => {
    this.#isEnding = false;
    if (!this.#isClosed) this.#end();
  };

  constructor(reader: Database, counter: CommitCounter) {
    this.#reader = reader;
    this.#counter = counter;
    this.#begin = reader.prepare('BEGIN');
    this.#commit = reader.prepare('COMMIT');
  }

  /** To be called before each read. Afterwards it sees every write of this app that anybody was told of. */
  refresh(): void {
    // The counter first: a commit between the two is seen, and only has the next read begin anew.
    const seen = commitsSeen(this.#counter);
    if (this.#reads >= readsMax || (this.#reads > 0 && seen !== this.#seen)) this.#end();
    this.#seen = seen;
    // A read that is the only one of its turn is quicker alone.
    if (this.#reads === 1) this.#begin.run();
    this.#reads += 1;
    if (this.#isEnding) return;
    this.#isEnding = true;
    setImmediate(this.#endOfTurn);
  }

  /** Before the reader is closed. */
  close(): void {
    this.#end();
    this.#isClosed = true;
  }

  #end(): void {
    this.#reads = 0;
    // After some errors SQLite has ended it by itself.
    if (this.#reader.inTransaction) this.#commit.run();
  }
}
