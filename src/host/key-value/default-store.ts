// The store `default`: its place and its thread, opened and closed as one; each thread that serves has its own connections to it.
import type { MessagePort } from 'node:worker_threads';
import { newCommitCounter, type CommitCounter } from './commit-counter.ts';
import { locateDefaultStore, type Location } from './location.ts';
import { busyTimeoutMs, type WriterFile } from './writer-file.ts';
import { StorageThread } from './storage-thread.ts';
import { Writer } from './writer.ts';

export interface DefaultStoreOptions {
  /** How long a write waits for another program's lock; 5 s as Spin by default. */
  readonly busyTimeoutMs?: number;
  /** Where a store in memory has its file; the system's folder for such files by default. */
  readonly temporaryDirectory?: string;
}

/** What `openSqliteStore` needs on another thread. */
export interface StoreConnection {
  readonly path: string;
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

export class DefaultStore {
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** `stateDirectory` undefined: in memory, gone at the end. Throws TspinError. */
  static async open(
    stateDirectory: string | undefined,
    warn: (message: string) => void,
    options: DefaultStoreOptions = {},
  ): Promise<DefaultStore> {
    const location = locateDefaultStore(stateDirectory, options.temporaryDirectory);
    const { path, lasts } = location;
    const thread = new StorageThread(error =>
      warn(`the storage thread has crashed, writes fail from now on: ${describe(error)}`),
    );
    const file = { path, lasts, busyTimeoutMs: options.busyTimeoutMs ?? busyTimeoutMs, commitCounter: newCommitCounter() };
    try {
      const writer = await Writer.open(thread.connect(file), path);
      if (writer.journalMode !== 'wal') {
        warn(`${path} is on a file system without write-ahead logging: sets are as safe as ever, and slower`);
      }
      return new DefaultStore({ location, thread, file, writer, warn });
    } catch (error) {
      await thread.close();
      location.remove();
      throw error;
    }
  }

  /** This one is a client of the file itself, so it stays open while others come and go. */
  get writer(): Writer {
    return this.#parts.writer;
  }

  connect(): StoreConnection {
    const { location, thread, file } = this.#parts;
    return { path: location.path, port: thread.connect(file), commitCounter: file.commitCounter };
  }

  /** After all connections: the last connection that closes gives the file back as one file. */
  async close(): Promise<void> {
    const { location, thread, writer, warn } = this.#parts;
    const unfinished = await writer.close();
    if (unfinished !== undefined) {
      warn(`${location.path} is still used by another program, which keeps its journal files: ${unfinished}`);
    }
    await thread.close();
    location.remove();
  }
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
