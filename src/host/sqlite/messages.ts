// What a serving thread, the pool and an SQL process say to each other. Plain data: it crosses threads and processes.

/** A value as SQLite has it: an integer is always a bigint, so that a number is always a REAL. */
export type SqlValue = bigint | number | string | Uint8Array | null;

/** A database as a statement needs it. */
export interface SqlDatabase {
  /** Absolute; undefined: in memory, a new one for each connection. */
  readonly path: string | undefined;
  /** May statements attach files (`allow_attach_file`)? */
  readonly allowAttachFile: boolean;
}

/** One call of `execute`. */
export interface SqlStatement {
  readonly database: SqlDatabase;
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
  /** All statements of the text, not only the first, and no rows: what `--sqlite` does. */
  readonly batch?: boolean;
}

export interface SqlRows {
  readonly columns: readonly string[];
  /** `SqlValue[][]`, by `v8.serialize`: only the thread that needs them takes them apart. */
  readonly rows: Uint8Array;
  /** What they count for against the limit of a result, in bytes. */
  readonly bytes: number;
  readonly lastInsertRowid: bigint;
  readonly changes: bigint;
}

/** `reason` is meant for the guest: SQLite's words. */
export type SqlOutcome =
  | { readonly kind: 'rows'; readonly result: SqlRows }
  | { readonly kind: 'failed'; readonly reason: string };

/** A serving thread to the pool. Connections and statements are numbered by the thread. */
export type ToPool =
  | { readonly kind: 'execute'; readonly id: number; readonly connection: number; readonly statement: SqlStatement }
  /** The connection is closed, or its invocation is over: nothing more is asked of it, and what it has begun is rolled back. */
  | { readonly kind: 'release'; readonly connection: number };

export type FromPool = { readonly kind: 'done'; readonly id: number; readonly outcome: SqlOutcome };

/** The pool to an SQL process, which does one thing at a time. Connections have numbers of the whole app. */
export type ToProcess =
  | { readonly kind: 'execute'; readonly connection: number; readonly statement: SqlStatement }
  /** Tries the connection's statement again, which found the database locked. */
  | { readonly kind: 'retry'; readonly connection: number }
  | { readonly kind: 'close'; readonly connection: number };

/** `held`: the connection has a state of its own now, so its next statements must come to this process. */
export type FromProcess =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly held: boolean; readonly outcome: SqlOutcome }
  /** Another connection holds a lock: worth another try. */
  | { readonly kind: 'locked' };
