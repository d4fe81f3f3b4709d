// The main module of an SQL process: runs one statement after the other, and keeps the connections that have a state.
import { mkdirSync, statSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { SqlHandle } from './handle.ts';
import type { FromProcess, SqlDatabase, SqlOutcome, SqlStatement, ToProcess } from './messages.ts';

/** Connections without a state, kept open for the next one of the same database: opening takes longer than most statements. */
const sparesMax = 8;
/** How long a batch waits for a lock: it cannot be tried again, since some of its statements have been done. */
const batchWaitMs = 5_000;

interface Waiting {
  readonly handle: SqlHandle;
  readonly statement: SqlStatement;
  /** Of the first try, on `performance.now()`'s clock. */
  readonly since: number;
}

interface Spare {
  readonly handle: SqlHandle;
  readonly database: SqlDatabase;
  /** Which file it was: one that was replaced since is not the database any more. */
  readonly file: string;
}

class SqlChild {
  readonly #say: (message: FromProcess) => void;
  readonly #held = new Map<number, SqlHandle>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #spares: Spare[] = [];

  constructor(say: (message: FromProcess) => void) {
    this.#say = say;
  }

  hear(message: ToProcess): void {
    if (message.kind === 'close') this.#close(message.connection);
    else if (message.kind === 'execute') this.#execute(message.connection, message.statement);
    else this.#retry(message.connection);
  }

  closeAll(): void {
    for (const handle of [...this.#held.values(), ...this.#spares.map(spare => spare.handle)]) handle.close();
  }

  #execute(connection: number, statement: SqlStatement): void {
    let handle: SqlHandle;
    try {
      handle = this.#held.get(connection) ?? this.#take(statement.database) ?? open(statement);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return this.#say({ kind: 'done', held: false, outcome: { kind: 'failed', reason } });
    }
    this.#try(connection, { handle, statement, since: performance.now() });
  }

  #retry(connection: number): void {
    const waiting = this.#waiting.get(connection);
    if (!waiting) throw new Error(`connection ${connection} has no statement to try again`);
    this.#try(connection, waiting);
  }

  #try(connection: number, waiting: Waiting): void {
    const { handle, statement, since } = waiting;
    const outcome = handle.execute(statement);
    if (outcome.kind === 'failed' && outcome.again && performance.now() - since < handle.lockWaitMs) {
      this.#waiting.set(connection, waiting);
      return this.#say({ kind: 'locked' });
    }
    this.#waiting.delete(connection);
    const held = this.#keep(connection, handle, statement.database);
    const said: SqlOutcome = outcome.kind === 'failed' ? { kind: 'failed', reason: outcome.reason } : outcome;
    this.#say({ kind: 'done', held, outcome: said });
  }

  #keep(connection: number, handle: SqlHandle, database: SqlDatabase): boolean {
    if (handle.hasState) {
      this.#held.set(connection, handle);
      return true;
    }
    const file = fileOf(database);
    if (file !== undefined && this.#spares.length < sparesMax) this.#spares.push({ handle, database, file });
    else handle.close();
    return false;
  }

  #take(database: SqlDatabase): SqlHandle | undefined {
    const place = this.#spares.findIndex(
      spare => spare.database.path === database.path && spare.database.allowAttachFile === database.allowAttachFile,
    );
    const [spare] = place < 0 ? [] : this.#spares.splice(place, 1);
    if (!spare) return undefined;
    if (fileOf(database) === spare.file) return spare.handle;
    spare.handle.close();
    return this.#take(database);
  }

  #close(connection: number): void {
    const handle = this.#held.get(connection) ?? this.#waiting.get(connection)?.handle;
    this.#held.delete(connection);
    this.#waiting.delete(connection);
    handle?.close();
  }
}

function open({ database, batch = false }: SqlStatement): SqlHandle {
  if (database.path !== undefined) mkdirSync(dirname(database.path), { recursive: true });
  return batch ? new SqlHandle(database, batchWaitMs) : new SqlHandle(database);
}

/** Device and number of the file; undefined when there is none. */
function fileOf({ path }: SqlDatabase): string | undefined {
  const found = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false, bigint: true });
  return found && `${found.dev}:${found.ino}`;
}

/** Ends this process from outside of a statement, which the process itself cannot. */
function startWatchdog(): void {
  const script = new URL(`./sql-watchdog${extname(import.meta.url)}`, import.meta.url);
  new Worker(script, { name: 'sql-watchdog', execArgv: [], workerData: process.ppid }).unref();
}

function main(): void {
  // What can no longer be said is of no use to anybody: the one that asked has gone.
  const say = (message: FromProcess): void => void process.send?.(message, undefined, {}, () => undefined);
  const child = new SqlChild(say);
  // A Ctrl-C is for the whole group of processes; the one that started this one says when it has done.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  process.on('message', (message: ToProcess) => child.hear(message));
  // Nothing keeps the process alive then.
  process.on('disconnect', () => child.closeAll());
  say({ kind: 'ready' });
  startWatchdog();
}

if (!process.send) throw new Error('sql-child.ts runs as a child process only');
main();
