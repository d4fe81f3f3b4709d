// One key-value file of an app: opened by the app itself, then kept open by its client of the storage thread, beside those of other
// threads.
import type { MessagePort } from 'node:worker_threads';
import { newCommitCounter, wantWriter, type CommitCounter } from './commit-counter.ts';
import { FirstConnection } from './first-connection.ts';
import type { Location } from './location.ts';
import { failureText, type FilePlace } from './sqlite-failure.ts';
import { errorText } from './store.ts';
import type { StorageThread } from './storage-thread.ts';
import { busyTimeoutMs, type WriterFile } from './writer-file.ts';
import { Writer } from './writer.ts';
import type { Write } from './writer-messages.ts';

export interface SharedFileOptions {
  /** How long a write waits for another program's lock; 5 s as Spin by default. */
  readonly busyTimeoutMs?: number;
}

/** What `openSqliteStore` needs on another thread. */
export interface FileConnection {
  readonly place: FilePlace;
  readonly port: MessagePort;
  readonly commitCounter: CommitCounter;
  readonly journalMode: string;
}

/** One pair that was not written, and why. */
export interface NotWritten {
  readonly key: string;
  readonly reason: string;
}

interface Parts {
  readonly location: Location;
  readonly thread: StorageThread;
  readonly file: WriterFile;
  readonly journalMode: string;
  /** Undefined: the storage thread has opened the file. */
  readonly first: FirstConnection | undefined;
  readonly warn: (message: string) => void;
}

export class SharedFile {
  readonly #parts: Parts;
  /** Of the app itself: a client of the file, so that it stays open while others come and go. */
  #writer: Writer | undefined;

  private constructor(parts: Parts, writer: Writer | undefined) {
    this.#parts = parts;
    this.#writer = writer;
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
      const first = FirstConnection.open(file);
      const writer = first ? undefined : await openWriter(thread, file, place);
      const { journalMode } = first ?? writer!; // One of them there is.
      if (journalMode !== 'wal') {
        warn(`${path} is on a file system without write-ahead logging: sets are as safe as ever, and slower`);
      }
      return new SharedFile({ location, thread, file, journalMode, first, warn }, writer);
    } catch (error) {
      location.remove();
      throw error;
    }
  }

  /** Before it is connected to. Gives the first pair that could not be written. */
  async write(store: string, pairs: readonly (readonly [string, Uint8Array])[]): Promise<NotWritten | undefined> {
    const writes = pairs.map(([key, value]): Write => ({ kind: 'set', store, key, value }));
    const outcomes = this.#writer ? undefined : this.#parts.first?.write(writes);
    if (!outcomes) return this.#writeBehind(store, pairs);
    for (const [index, [key]] of pairs.entries()) {
      const outcome = outcomes.get(index);
      if (outcome?.kind === 'failed') return { key, reason: failureText(outcome.failure) };
    }
    return undefined;
  }

  connect(): FileConnection {
    const { location, thread, file, journalMode } = this.#parts;
    this.#handOver();
    return { place: location.place, port: thread.connect(file), commitCounter: file.commitCounter, journalMode };
  }

  async close(): Promise<void> {
    const { location, thread, first, warn } = this.#parts;
    if (this.#writer) thread.start();
    // Ours must not keep the thread from giving the file back.
    await this.#writer?.opened;
    if (this.#writer) first?.release();
    const unfinished = await (this.#writer?.close() ?? first?.close());
    if (unfinished !== undefined) {
      warn(`${location.place.path} is still used by another program, which keeps its journal files: ${unfinished}`);
    }
  }

  /** From now on the storage thread has the file. */
  #handOver(): Writer {
    const { thread, file, first, journalMode } = this.#parts;
    if (this.#writer) return this.#writer;
    this.#writer = new Writer(thread.connect(file), journalMode, { wanted: () => wantWriter(file.commitCounter) });
    void this.#writer.opened.then(() => first?.release());
    thread.startSoon(file);
    return this.#writer;
  }

  /** While somebody else writes: the storage thread can wait for that. */
  async #writeBehind(store: string, pairs: readonly (readonly [string, Uint8Array])[]): Promise<NotWritten | undefined> {
    const writer = this.#handOver();
    const results = await Promise.all(pairs.map(([key, value]) => writer.set(store, key, value)));
    for (const [index, [key]] of pairs.entries()) {
      const result = results[index];
      if (result?.tag === 'err') return { key, reason: errorText(result.val) };
    }
    return undefined;
  }

  /** Takes away what does not outlive the process. After the storage thread has ended. */
  remove(): void {
    this.#parts.location.remove();
  }
}

function openWriter(thread: StorageThread, file: WriterFile, place: FilePlace): Promise<Writer> {
  thread.start();
  return Writer.open(thread.connect(file), place);
}
