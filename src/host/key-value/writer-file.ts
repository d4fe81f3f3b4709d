// Which file the storage thread is to write, and how. Plain data: who only passes it on loads no SQLite.
import type { CommitCounter } from './commit-counter.ts';

/** Spin's file in the state directory. */
export const keyValueFileName = 'sqlite_key_value.db';

/** How long a connection waits for another program's lock, as Spin does. */
export const busyTimeoutMs = 5_000;

export interface WriterFile {
  readonly path: string;
  /** `disk`: a commit has returned when it is on disk. `process`: for a file that goes with its process, without fsync. */
  readonly lasts: 'disk' | 'process';
  readonly busyTimeoutMs: number;
  readonly commitCounter: CommitCounter;
}
