// The default store as one thread has it that is alone: what threads share, and one connection.
import { DefaultStore, type DefaultStoreOptions } from '../../../src/host/key-value/default-store.ts';
import { openSqliteStore, type SqliteStore, type SqliteStoreOptions } from '../../../src/host/key-value/sqlite-store.ts';

export type OpenStoreOptions = DefaultStoreOptions & Pick<SqliteStoreOptions, 'resultBytesMax' | 'queueBytesMax'>;

/** Its `close` closes both. */
export async function openDefaultStore(
  stateDirectory: string | undefined,
  warn: (message: string) => void,
  options: OpenStoreOptions = {},
): Promise<SqliteStore> {
  const shared = await DefaultStore.open(stateDirectory, warn, options);
  try {
    const store = await openSqliteStore({ ...options, ...shared.connect() });
    const closeOwn = store.close.bind(store);
    let closed: Promise<void> | undefined;
    store.close = () => (closed ??= closeOwn().then(() => shared.close()));
    return store;
  } catch (error) {
    await shared.close();
    throw error;
  }
}
