// The store of one label as one thread has it that is alone: what threads share, and one connection.
import { join } from 'node:path';
import { AppStores, type AppStoresOptions } from '../../../src/host/key-value/app-stores.ts';
import { openSqliteStore, type SqliteStore, type SqliteStoreOptions } from '../../../src/host/key-value/sqlite-store.ts';
import { statePlace, type LabelledFile } from '../../../src/host/key-value/used-files.ts';
import { keyValueFileName } from '../../../src/host/key-value/writer-file.ts';

export type OpenStoreOptions = AppStoresOptions & Pick<SqliteStoreOptions, 'resultBytesMax' | 'queueBytesMax'>;

/** Spin's file in the folder, with the label `default`; in memory when undefined. */
export const stateFile = (stateDirectory: string | undefined): LabelledFile => ({
  labels: ['default'],
  place: stateDirectory === undefined ? undefined : statePlace(join(stateDirectory, keyValueFileName)),
});

/** Its `close` closes both. */
export async function openDefaultStore(
  stateDirectory: string | undefined,
  warn: (message: string) => void,
  options: OpenStoreOptions = {},
): Promise<SqliteStore> {
  const shared = await AppStores.open([stateFile(stateDirectory)], warn, options);
  try {
    const [connection] = shared.connect().files;
    if (!connection) throw new Error('no file');
    const store = await openSqliteStore({ ...options, ...connection });
    const closeOwn = store.close.bind(store);
    let closed: Promise<void> | undefined;
    store.close = () => (closed ??= closeOwn().then(() => shared.close()));
    return store;
  } catch (error) {
    await shared.close();
    throw error;
  }
}
