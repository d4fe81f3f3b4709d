// One key-value file of an app: the app's own connection to its writer, which keeps the file open, and those of other threads.
import type { MessagePort } from 'node:worker_threads';
import { newCommitCounter, type CommitCounter } from './commit-counter.ts';
import type { Location } from './location.ts';
import type { FilePlace } from './sqlite-failure.ts';
import type { StorageThread } from './storage-thread.ts';
import { busyTimeoutMs, type WriterFile } from './writer-file.ts';
import { Writer } from './writer.ts';

export interface SharedFileOptions {
  /** How long a write waits for another program's lock; 5 s as Spin by default. */
  readonly busyTimeoutMs?: number;
}

/** What `openSqliteStore` needs on another thread. */
export interface FileConnection {
  readonly place: FilePlace;
  readonly port: MessagePort;
  readonly commitCounter: CommitCounter;
}

interface Parts {
  readonly location: Location;
  readonly thread: StorageThread;
  readonly file: WriterFile;
  readonly writer: Writer;
  readonly warn: (message: string) => void;
}

export class SharedFile {
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Throws TspinError; what the location made for this process is removed then. */
  static async open(
    thread: StorageThread,
    location: Location,
    warn: (message: string) => void,
    options: SharedFileOptions,
  ): Promise<SharedFile> {
    const { place, lasts } = location;
    const { path } = place;
    const file = { path, lasts, busyTimeoutMs: options.busyTimeoutMs ?? busyTimeoutMs, commitCounter: newCommitCounter() };
    try {
      const writer = await Writer.open(thread.connect(file), place);
      if (writer.journalMode !== 'wal') {
        warn(`${path} is on a file system without write-ahead logging: sets are as safe as ever, and slower`);
      }
      return new SharedFile({ location, thread, file, writer, warn });
    } catch (error) {
      location.remove();
      throw error;
    }
  }

  /** This one is a client of the file itself, so the file stays open while others come and go. */
  get writer(): Writer {
    return this.#parts.writer;
  }

  connect(): FileConnection {
    const { location, thread, file } = this.#parts;
    return { place: location.place, port: thread.connect(file), commitCounter: file.commitCounter };
  }

  async close(): Promise<void> {
    const { location, writer, warn } = this.#parts;
    const unfinished = await writer.close();
    if (unfinished !== undefined) {
      warn(`${location.place.path} is still used by another program, which keeps its journal files: ${unfinished}`);
    }
  }

  /** Takes away what does not outlive the process. After the storage thread has ended. */
  remove(): void {
    this.#parts.location.remove();
  }
}
