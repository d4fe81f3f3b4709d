// A guest's connection to a database, whatever version of the interface it was opened by.
import type { SqlDatabase, SqlValue } from './messages.ts';
import type { Executed, SqlClient } from './sql-client.ts';

export class SqlConnection {
  readonly #client: SqlClient;
  readonly #database: SqlDatabase;
  readonly #number: number;
  readonly #leaving: () => Promise<string | undefined> | undefined;
  #lastInsertRowid = 0n;
  #changes = 0n;
  /** Statements of one connection run one after the other; an async guest may not wait for each. */
  #last: Promise<unknown> | undefined;
  #used = false;
  #closed = false;

  /** `leaving`: see `Invocation.leaving`; a statement may write. */
  constructor(client: SqlClient, database: SqlDatabase, leaving: () => Promise<string | undefined> | undefined) {
    this.#client = client;
    this.#database = database;
    this.#leaving = leaving;
    this.#number = client.connect();
  }

  /** After the last statement that has ended. */
  get lastInsertRowid(): bigint {
    return this.#lastInsertRowid;
  }

  get changes(): bigint {
    return this.#changes;
  }

  execute(sql: string, parameters: readonly SqlValue[]): Promise<Executed> {
    const leaving = this.#leaving();
    const before = leaving ? this.#after(leaving) : this.#last;
    const executed = before ? before.then(() => this.#execute(sql, parameters)) : this.#execute(sql, parameters);
    this.#last = executed;
    return executed;
  }

  /** What has not been committed is rolled back. */
  close(): void {
    this.#closed = true;
    if (this.#used) this.#client.release(this.#number);
  }

  async #after(leaving: Promise<string | undefined>): Promise<void> {
    const [failure] = await Promise.all([leaving, this.#last]);
    // Its guest, which was told of a write that failed, is given up.
    if (failure !== undefined) this.#closed = true;
  }

  async #execute(sql: string, parameters: readonly SqlValue[]): Promise<Executed> {
    if (this.#closed) return { kind: 'failed', reason: 'the connection is closed' };
    this.#used = true;
    const executed = await this.#client.execute(this.#number, { database: this.#database, sql, parameters });
    if (executed.kind === 'rows') {
      this.#lastInsertRowid = executed.table.lastInsertRowid;
      this.#changes = executed.table.changes;
    }
    return executed;
  }
}
