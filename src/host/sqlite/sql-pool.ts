// Shares out the statements of all serving threads to a few SQL processes (ADR 019). A statement that reads goes to any process
// that is free; a connection that has a state of its own keeps to the process that has it.
import type { SqlOutcome, SqlStatement } from './messages.ts';
import { SqlProcess } from './sql-process.ts';

/** Processes at work at once, about 50 MB each. As many slow statements may run before others wait for them. */
const processesMax = 8;
/**
 * When all processes have been at one statement each for so long, another is started. Not sooner: for short statements one
 * process is the fastest, and three share two cores badly.
 */
const growMs = 20;
/** How long a statement may go on when its connection is closed or its invocation over. */
const graceMs = 3_000;
/** Between two tries of a statement that found a lock. */
const lockedMs = 5;
/** Statements that wait or run, of the whole app, and the bytes of their texts and values. */
const statementsMax = 10_000;
const statementBytesMax: number = 256 * 1024 * 1024;
/** How much of a statement is shown to the user. */
const shownMax = 100;

export interface SqlPoolOptions {
  readonly warn: (message: string) => void;
  readonly processesMax?: number;
  readonly graceMs?: number;
}

type Answer = (outcome: SqlOutcome) => void;

interface Job {
  readonly connection: PooledConnection;
  readonly statement: SqlStatement;
  readonly bytes: number;
  readonly answer: Answer;
  /** Has found a lock, and waits in its process. */
  locked: boolean;
  grace?: NodeJS.Timeout;
}

interface Member {
  readonly process: SqlProcess;
  /** Their next statements can only run here. */
  readonly connections: Set<PooledConnection>;
  readonly queue: Job[];
  running: Job | undefined;
  /** When it began, on `performance.now()`'s clock. */
  since: number;
  ready: boolean;
}

const failed = (reason: string): SqlOutcome => ({ kind: 'failed', reason });

/** A guest's connection. It gives one statement at a time. */
export class PooledConnection {
  readonly number: number;
  home: Member | undefined;
  job: Job | undefined;
  /** Why it can do nothing more. */
  lost: string | undefined;

  constructor(number: number) {
    this.number = number;
  }
}

export class SqlPool {
  readonly #options: SqlPoolOptions;
  readonly #members = new Set<Member>();
  readonly #shared: Job[] = [];
  #connections = 0;
  #statements = 0;
  #bytes = 0;
  #grow: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: SqlPoolOptions) {
    this.#options = options;
  }

  /** How many processes there are now. */
  get processes(): number {
    return this.#members.size;
  }

  /** Starts the first process, so that the first statement finds it. */
  warmUp(): void {
    if (this.#members.size === 0) this.#start();
  }

  connection(): PooledConnection {
    this.#connections += 1;
    return new PooledConnection(this.#connections);
  }

  /** Runs a statement, and answers once. The connection's one before it has been answered. */
  execute(connection: PooledConnection, statement: SqlStatement, answer: Answer): void {
    if (this.#closed) return answer(failed('the app is stopping'));
    if (connection.lost !== undefined) return answer(failed(connection.lost));
    const bytes = bytesOf(statement);
    if (this.#statements >= statementsMax || (this.#statements > 0 && this.#bytes + bytes > statementBytesMax)) {
      return answer(failed('too many statements are waiting for SQLite'));
    }
    this.#statements += 1;
    this.#bytes += bytes;
    connection.job = { connection, statement, bytes, answer, locked: false };
    (connection.home?.queue ?? this.#shared).push(connection.job);
    this.#dispatch();
  }

  /** Nothing more is asked of the connection. What it has not committed is rolled back; a statement that runs may not go on for long. */
  release(connection: PooledConnection): void {
    const { job, home } = connection;
    connection.lost ??= 'the connection is closed';
    if (job && job === home?.running) {
      const { graceMs: ms = graceMs, warn } = this.#options;
      job.grace = setTimeout(() => {
        const shown = JSON.stringify(job.statement.sql.slice(0, shownMax));
        warn(`a SQLite statement ran on for ${ms} ms after its request was over and was ended: ${shown}`);
        home.process.kill('a statement of another connection did not end in time, and was ended with its process');
      }, ms);
      return;
    }
    if (job) {
      remove(this.#shared, job);
      if (home) remove(home.queue, job);
      this.#settle(job, failed(connection.lost));
    }
    this.#forget(connection);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#grow);
    for (const job of this.#shared.splice(0)) this.#settle(job, failed('the app is stopping'));
    await Promise.all([...this.#members].map(({ process }) => process.close()));
  }

  #dispatch(): void {
    const free = [...this.#members]
      .filter(({ process }) => !process.busy)
      .toSorted((a, b) => a.connections.size - b.connections.size);
    for (const member of free) {
      const job = member.queue.shift() ?? this.#shared.shift();
      if (job) this.#run(member, job);
    }
    if (this.#shared.length === 0 || this.#members.size >= (this.#options.processesMax ?? processesMax)) return;
    if (this.#members.size === 0) this.#start();
    else this.#grow ??= setTimeout(() => this.#growIfNeeded(), growMs);
  }

  #growIfNeeded(): void {
    this.#grow = undefined;
    if (this.#closed) return;
    // One that is starting will be free in a moment.
    const begun = performance.now() - growMs;
    const allAreSlow = [...this.#members].every(({ ready, running, since }) => ready && running && since <= begun);
    if (this.#shared.length > 0 && allAreSlow) this.#start();
    this.#dispatch();
  }

  #start(): void {
    const process = new SqlProcess({
      said: message => {
        const { running } = member;
        member.ready = true;
        member.running = undefined;
        if (running && message.kind === 'locked') this.#tryLater(member, running);
        else if (running && message.kind === 'done') this.#done(member, running, message);
        this.#dispatch();
      },
      ended: reason => this.#lose(member, reason),
    });
    const member: Member = { process, connections: new Set(), queue: [], running: undefined, since: 0, ready: false };
    this.#members.add(member);
  }

  #run(member: Member, job: Job): void {
    const { connection, statement } = job;
    member.running = job;
    member.since = performance.now();
    this.#settleIn(member, connection);
    const { number } = connection;
    member.process.ask(job.locked ? { kind: 'retry', connection: number } : { kind: 'execute', connection: number, statement });
  }

  #tryLater(member: Member, job: Job): void {
    job.locked = true;
    if (job.grace) return this.#done(member, job, { held: true, outcome: failed('the connection is closed') });
    setTimeout(() => {
      // It may have been closed, or lost, meanwhile.
      if (job.connection.job !== job || job.connection.home !== member) return;
      member.queue.push(job);
      this.#dispatch();
    }, lockedMs);
  }

  #done(member: Member, job: Job, { held, outcome }: { readonly held: boolean; readonly outcome: SqlOutcome }): void {
    const { connection } = job;
    clearTimeout(job.grace);
    if (!held) this.#leave(member, connection);
    this.#settle(job, outcome);
    if (connection.lost !== undefined) this.#forget(connection);
  }

  #settle(job: Job, outcome: SqlOutcome): void {
    this.#statements -= 1;
    this.#bytes -= job.bytes;
    job.connection.job = undefined;
    job.answer(outcome);
  }

  /** The process has ended: connections that had a state there have lost it. */
  #lose(member: Member, reason: string): void {
    this.#members.delete(member);
    const { running } = member;
    if (!member.ready) return this.#failStart(reason);
    if (running) {
      clearTimeout(running.grace);
      if (!running.grace && !this.#closed)
        this.#options.warn(`an SQLite process has ended, and with it what it did not commit: ${reason}`);
    }
    for (const connection of member.connections) {
      connection.home = undefined;
      connection.lost ??= `the connection was lost, and what it did not commit is rolled back: ${reason}`;
      if (connection.job) this.#settle(connection.job, failed(connection.lost));
    }
    if (!this.#closed) this.#dispatch();
  }

  /** Trying again at once would go on for ever; the next statement will. */
  #failStart(reason: string): void {
    if (this.#closed || this.#members.size > 0) return;
    for (const job of this.#shared.splice(0)) this.#settle(job, failed(`SQLite could not be started: ${reason}`));
  }

  #settleIn(member: Member, connection: PooledConnection): void {
    connection.home = member;
    member.connections.add(connection);
  }

  #leave(member: Member, connection: PooledConnection): void {
    connection.home = undefined;
    member.connections.delete(connection);
  }

  #forget(connection: PooledConnection): void {
    const { home, number } = connection;
    if (!home) return;
    home.process.tell({ kind: 'close', connection: number });
    this.#leave(home, connection);
  }
}

function remove(jobs: Job[], job: Job): void {
  const place = jobs.indexOf(job);
  if (place >= 0) jobs.splice(place, 1);
}

/** About: what a value takes besides a text or blob. */
const valueBytes = 16;

function bytesOf({ sql, parameters }: SqlStatement): number {
  let bytes = sql.length;
  for (const value of parameters) {
    bytes += valueBytes + (typeof value === 'string' ? value.length : value instanceof Uint8Array ? value.byteLength : 0);
  }
  return bytes;
}
