// What the storage thread and its clients say to each other. Plain data: it crosses threads by structured clone.
import type { MessagePort } from 'node:worker_threads';
import type { WriterFile } from './writer-file.ts';
import type { SqliteFailure } from './sqlite-failure.ts';

/** To the thread itself: serve the file at `port`. A second request for the same path shares its connection. */
export interface OpenRequest {
  readonly file: WriterFile;
  readonly port: MessagePort;
}

/** A set, or a delete when `value` is undefined. */
export interface Write {
  readonly store: string;
  readonly key: string;
  readonly value: Uint8Array | undefined;
}

/** A client's words on its port. After `close` it says no more. */
export type ToWriter = { readonly kind: 'writes'; readonly writes: readonly Write[] } | { readonly kind: 'close' };

/** The thread's words on that port; first one of `opened` and `refused`. */
export type FromWriter =
  | { readonly kind: 'opened'; readonly journalMode: string }
  | { readonly kind: 'refused'; readonly failure: SqliteFailure }
  /** Answers the oldest unanswered `writes`. */
  | { readonly kind: 'done'; readonly failures: readonly (readonly [number, SqliteFailure])[]; readonly commits: number }
  /** `unfinished`: why the file could not be given back as Spin keeps it. */
  | { readonly kind: 'closed'; readonly unfinished: string | undefined };
