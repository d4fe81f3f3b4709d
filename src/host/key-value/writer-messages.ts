// What the storage thread and its clients say to each other. Plain data: it crosses threads by structured clone.
import type { MessagePort } from 'node:worker_threads';
import type { PackedWrites } from './packed-writes.ts';
import type { WriterFile } from './writer-file.ts';
import type { SqliteFailure } from './sqlite-failure.ts';

/** To the thread itself: serve the file at `port`. A second request for the same path shares its connection. */
export interface OpenRequest {
  readonly file: WriterFile;
  readonly port: MessagePort;
}

/** One step, done wholly or not at all; what it reads, it reads in the same transaction. `store` is the label. */
export type Write = { readonly store: string } & (
  | { readonly kind: 'set'; readonly key: string; readonly value: Uint8Array }
  | { readonly kind: 'delete'; readonly key: string }
  | { readonly kind: 'set-many'; readonly pairs: readonly (readonly [string, Uint8Array])[] }
  | { readonly kind: 'delete-many'; readonly keys: readonly string[] }
  | { readonly kind: 'increment'; readonly key: string; readonly delta: bigint }
  /** Sets the value if the key's is `expected`; undefined: if there is none. */
  | { readonly kind: 'swap'; readonly key: string; readonly expected: Uint8Array | undefined; readonly value: Uint8Array }
);

/** How many rows a write is about. */
export function rowsOf(write: Write): number {
  if (write.kind === 'set-many') return write.pairs.length;
  return write.kind === 'delete-many' ? write.keys.length : 1;
}

/** What became of a write that has more to say than that it is done. */
export type Outcome =
  /** Of an increment: the new value. */
  | { readonly kind: 'counted'; readonly value: bigint }
  /** Of a swap. */
  | { readonly kind: 'swapped'; readonly swapped: boolean }
  /** It cannot be done with what is stored, and nothing was written. The reason is meant for the guest. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'failed'; readonly failure: SqliteFailure };

/** By the index of the write among those sent together; a write that is missing is done. */
export type Outcomes = readonly (readonly [number, Outcome])[];

/** A client's words on its port. After `close` it says no more. */
export type ToWriter = { readonly kind: 'writes'; readonly writes: PackedWrites } | { readonly kind: 'close' };

/** The thread's words on that port; first one of `opened` and `refused`. */
export type FromWriter =
  | { readonly kind: 'opened'; readonly journalMode: string }
  | { readonly kind: 'refused'; readonly failure: SqliteFailure }
  /** Answers the oldest unanswered `writes`. */
  | { readonly kind: 'done'; readonly outcomes: Outcomes; readonly commits: number }
  /** `unfinished`: why the file could not be given back as Spin keeps it. */
  | { readonly kind: 'closed'; readonly unfinished: string | undefined };
