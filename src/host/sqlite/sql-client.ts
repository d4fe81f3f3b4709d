// A serving thread's end of a port to the pool: hands it statements, resolves each with what came of it.
import { deserialize } from 'node:v8';
import type { MessagePort } from 'node:worker_threads';
import type { FromPool, SqlOutcome, SqlStatement, SqlValue, ToPool } from './messages.ts';

/** A result with its rows taken apart. */
export interface SqlTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlValue[])[];
  /** What they count for, in bytes. */
  readonly bytes: number;
  readonly lastInsertRowid: bigint;
  readonly changes: bigint;
}

export type Executed = { readonly kind: 'rows'; readonly table: SqlTable } | { readonly kind: 'failed'; readonly reason: string };

export class SqlClient {
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, (outcome: SqlOutcome) => void>();
  #statements = 0;
  #connections = 0;
  /** Why no statement is taken any more. */
  #ended: string | undefined;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', ({ id, outcome }: FromPool) => {
      const resolve = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) port.unref();
      resolve?.(outcome);
    });
    port.on('close', () => this.#end('SQLite has been stopped'));
    port.unref();
  }

  /** The number of a new connection. Nothing is opened before its first statement. */
  connect(): number {
    this.#connections += 1;
    return this.#connections;
  }

  /** To be called for one statement of a connection at a time. Never rejects. */
  async execute(connection: number, statement: SqlStatement): Promise<Executed> {
    if (this.#ended !== undefined) return { kind: 'failed', reason: this.#ended };
    const { promise, resolve } = Promise.withResolvers<SqlOutcome>();
    this.#statements += 1;
    if (this.#waiting.size === 0) this.#port.ref();
    this.#waiting.set(this.#statements, resolve);
    const parameters = statement.parameters.map(value => (value instanceof Uint8Array ? own(value) : value));
    this.#say({ kind: 'execute', id: this.#statements, connection, statement: { ...statement, parameters } });
    const outcome = await promise;
    if (outcome.kind === 'failed') return outcome;
    const { columns, rows, bytes, lastInsertRowid, changes } = outcome.result;
    return {
      kind: 'rows',
      table: { columns, rows: deserialize(rows) as SqlValue[][], bytes, lastInsertRowid, changes },
    };
  }

  /** Closes the connection; a statement of it that still runs is ended, if it does not end soon. */
  release(connection: number): void {
    if (this.#ended === undefined) this.#say({ kind: 'release', connection });
  }

  close(): void {
    this.#end('SQLite has been stopped');
    this.#port.close();
  }

  #say(message: ToPool): void {
    this.#port.postMessage(message, []);
  }

  #end(reason: string): void {
    this.#ended ??= reason;
    for (const resolve of this.#waiting.values()) resolve({ kind: 'failed', reason });
    this.#waiting.clear();
  }
}

/** Posting a view posts the whole buffer behind it. */
const own = (bytes: Uint8Array): Uint8Array => (bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes));
