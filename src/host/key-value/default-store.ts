// The store `default`: its place, its thread and its connections, opened and closed as one.
import { locateDefaultStore } from './location.ts';
import { busyTimeoutMs } from './sqlite-file.ts';
import { openSqliteStore, type SqliteStore, type SqliteStoreOptions } from './sqlite-store.ts';
import { StorageThread } from './storage-thread.ts';

export interface DefaultStoreOptions extends Pick<SqliteStoreOptions, 'resultBytesMax' | 'queueBytesMax'> {
  /** How long a write waits for another program's lock; 5 s as Spin by default. */
  readonly busyTimeoutMs?: number;
  /** Where a store in memory has its file; the system's folder for such files by default. */
  readonly temporaryDirectory?: string;
}

/** `stateDirectory` undefined: in memory, gone at the end. Throws TspinError. */
export async function openDefaultStore(
  stateDirectory: string | undefined,
  warn: (message: string) => void,
  options: DefaultStoreOptions = {},
): Promise<SqliteStore> {
  const { path, lasts, remove } = locateDefaultStore(stateDirectory, options.temporaryDirectory);
  const thread = new StorageThread(error => warn(`the storage thread has crashed, writes fail from now on: ${describe(error)}`));
  const release = async (): Promise<void> => {
    await thread.close();
    remove();
  };
  try {
    const port = thread.connect({ path, lasts, busyTimeoutMs: options.busyTimeoutMs ?? busyTimeoutMs });
    return await openSqliteStore({ ...options, path, port, warn, release });
  } catch (error) {
    await release();
    throw error;
  }
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
