// The store on a SQLite file: reads at once on a connection of its own, hands writes to the storage thread.
import type { Database, Statement } from 'better-sqlite3';
import { err, ok } from '../../wit/types.ts';
import { wantWriter } from './commit-counter.ts';
import type { FileConnection } from './shared-file.ts';
import { failureOf, failureText, startError } from './sqlite-failure.ts';
import { openForReading } from './sqlite-file.ts';
import { pairOverheadBytes, resultBytesMax, resultOverheadBytes, type Store, type StoreResult } from './store.ts';
import { TurnSnapshot } from './turn-snapshot.ts';
import { Writer } from './writer.ts';

export interface SqliteStoreOptions extends FileConnection {
  /** The most that one read may give; Spin's limit by default. */
  readonly resultBytesMax?: number;
  /** Bytes of writes that may be on their way to the storage thread. */
  readonly queueBytesMax?: number;
}

/** Opens the file. Throws TspinError when it cannot be used. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const { place, port, commitCounter, journalMode } = options;
  const writer = new Writer(port, journalMode, {
    bytesMax: options.queueBytesMax,
    wanted: () => wantWriter(commitCounter),
  });
  try {
    const reader = openForReading(place.path);
    return new SqliteStore({
      reader,
      // With a rollback journal a read transaction would hold up the writer.
      snapshot: writer.journalMode === 'wal' ? new TurnSnapshot(reader, commitCounter) : undefined,
      writer,
      resultBytesMax: options.resultBytesMax ?? resultBytesMax,
    });
  } catch (error) {
    await writer.close();
    throw startError(failureOf(error), place);
  }
}

interface Parts {
  readonly reader: Database;
  readonly snapshot: TurnSnapshot | undefined;
  readonly writer: Writer;
  readonly resultBytesMax: number;
}

export class SqliteStore implements Store {
  readonly #parts: Parts;
  readonly #tooLarge: StoreResult<never>;
  readonly #get: Statement<[string, string], Buffer | string | number>;
  readonly #exists: Statement<[string, string], number>;
  readonly #keys: Statement<[string]>;
  readonly #begin: Statement<[]>;
  readonly #commit: Statement<[]>;

  constructor(parts: Parts) {
    const { reader, resultBytesMax } = parts;
    this.#parts = parts;
    this.#tooLarge = err({ kind: 'result-too-large', limitBytes: resultBytesMax });
    // A value too large to give is not even loaded: 0 stands for it, a type's name for a value that is not a BLOB.
    this.#get = reader
      .prepare<[string, string], Buffer | string | number>(
        `SELECT CASE WHEN typeof(value) <> 'blob' THEN typeof(value)
                     WHEN length(value) > ${resultBytesMax - resultOverheadBytes} THEN 0
                     ELSE value END
           FROM spin_key_value WHERE store = ? AND key = ?`,
      )
      .pluck();
    this.#exists = reader.prepare<[string, string], number>('SELECT 1 FROM spin_key_value WHERE store = ? AND key = ?').pluck();
    this.#keys = reader.prepare<[string]>('SELECT key FROM spin_key_value WHERE store = ?').pluck();
    this.#begin = reader.prepare('BEGIN');
    this.#commit = reader.prepare('COMMIT');
  }

  /** How many commits the file had when it last answered. */
  get commits(): number {
    return this.#parts.writer.commits;
  }

  get isReliable(): boolean {
    return this.#parts.writer.isReliable;
  }

  get(label: string, key: string): StoreResult<Uint8Array | undefined> {
    return this.#answer(() => this.#read(label, key));
  }

  set(label: string, key: string, value: Uint8Array): Promise<StoreResult<undefined>> {
    return this.#parts.writer.set(label, key, value);
  }

  delete(label: string, key: string): Promise<StoreResult<undefined>> {
    return this.#parts.writer.delete(label, key);
  }

  setMany(label: string, pairs: readonly (readonly [string, Uint8Array])[]): Promise<StoreResult<undefined>> {
    return this.#parts.writer.setMany(label, pairs);
  }

  deleteMany(label: string, keys: readonly string[]): Promise<StoreResult<undefined>> {
    return this.#parts.writer.deleteMany(label, keys);
  }

  increment(label: string, key: string, delta: bigint): Promise<StoreResult<bigint>> {
    return this.#parts.writer.increment(label, key, delta);
  }

  swap(label: string, key: string, expected: Uint8Array | undefined, value: Uint8Array): Promise<StoreResult<boolean>> {
    return this.#parts.writer.swap(label, key, expected, value);
  }

  exists(label: string, key: string): StoreResult<boolean> {
    return this.#answer(() => ok(this.#exists.get(label, key) !== undefined));
  }

  getKeys(label: string): StoreResult<string[]> {
    return this.#answer(() => {
      const keys: string[] = [];
      let bytes = resultOverheadBytes;
      for (const key of this.#keys.iterate(label)) {
        if (typeof key !== 'string') return failed('a key of this store is not stored as TEXT: another program wrote it');
        bytes += resultOverheadBytes + Buffer.byteLength(key);
        if (bytes > this.#parts.resultBytesMax) return this.#tooLarge;
        keys.push(key);
      }
      return ok(keys);
    });
  }

  getMany(label: string, keys: readonly string[]): StoreResult<[string, Uint8Array][]> {
    return this.#answer(() => this.#ofOneState(() => this.#readMany(label, inByteOrder(keys))));
  }

  /** The reader goes first: the last connection that closes gives the file back as one file. */
  async close(): Promise<void> {
    const { reader, snapshot, writer } = this.#parts;
    snapshot?.close();
    reader.close();
    await writer.close();
  }

  #read(label: string, key: string): StoreResult<Uint8Array | undefined> {
    const found = this.#get.get(label, key);
    if (found === undefined) return ok(undefined);
    if (found === 0) return this.#tooLarge;
    if (typeof found === 'object') return ok(new Uint8Array(found.buffer, found.byteOffset, found.byteLength));
    return failed(`the value of this key is stored as ${found}, not as BLOB: another program wrote it; set it again to mend it`);
  }

  #readMany(label: string, keys: readonly string[]): StoreResult<[string, Uint8Array][]> {
    const pairs: [string, Uint8Array][] = [];
    let bytes = resultOverheadBytes;
    for (const key of keys) {
      const read = this.#read(label, key);
      if (read.tag === 'err') return read;
      if (!read.val) continue;
      bytes += pairOverheadBytes + Buffer.byteLength(key) + read.val.byteLength;
      if (bytes > this.#parts.resultBytesMax) return this.#tooLarge;
      pairs.push([key, read.val]);
    }
    return ok(pairs);
  }

  /** No write comes between what `read` reads. */
  #ofOneState<T>(read: () => T): T {
    const { reader } = this.#parts;
    // Of this turn's snapshot.
    if (reader.inTransaction) return read();
    this.#begin.run();
    try {
      return read();
    } finally {
      if (reader.inTransaction) this.#commit.run();
    }
  }

  #answer<T>(read: () => StoreResult<T>): StoreResult<T> {
    try {
      this.#parts.snapshot?.refresh();
      return read();
    } catch (error) {
      return failed(failureText(failureOf(error)));
    }
  }
}

/** Each once, in the order in which the index of the file has them. */
const inByteOrder = (keys: readonly string[]): readonly string[] =>
  [...new Set(keys)]
    .map(key => ({ key, bytes: Buffer.from(key) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ key }) => key);

const failed = (message: string): StoreResult<never> => err({ kind: 'failed', message });
