// Key-value stores for guests: which component may open which label, and the stores behind the labels.
import { TspinError } from '../../errors.ts';
import type { App } from '../../app/app.ts';
import type { AppContext, ConfiguredHost, HostContext, HostInterface, SharedHost } from '../interface.ts';
import type { AppStores, StoresConnection } from './app-stores.ts';
import { keyValueV1 } from './declarations-1.ts';
import { keyValueV3 } from './declarations-3.ts';
import { wasiAtomics, wasiStore } from './declarations-wasi.ts';
import { keyValueV2 } from './declarations.ts';
import { Withholding } from './invocation-store.ts';
import type { KeyValueState } from './open-stores.ts';
import { Refusals } from '../refusals.ts';
import { spinV1 } from './spin-v1.ts';
import { spinV2 } from './spin-v2.ts';
import { spinV3 } from './spin-v3.ts';
import type { Store } from './store.ts';
import { defaultLabel, usedFiles } from './used-files.ts';
import { wasiAtomicsHost } from './wasi-atomics.ts';
import { wasiBatchHost } from './wasi-batch.ts';
import { wasiStoreHost } from './wasi-store.ts';

const spinReads = ['[static]store.open', '[method]store.get', '[method]store.exists'];

/** SQLite is read on the guest's own thread: what waits is a write, for the disk, and a listing, for what the guest wrote before. */
const readsAtOnce: readonly string[] = [
  [keyValueV1, ['open', 'get', 'exists', 'close']] as const,
  [keyValueV2, spinReads] as const,
  [keyValueV3, spinReads] as const,
  [wasiStore, ['open', '[method]bucket.get', '[method]bucket.exists']] as const,
  [wasiAtomics, ['[static]cas.new', '[method]cas.current']] as const,
].flatMap(([wit, names]) => names.map(name => `${wit.name}#${name}`));

export const keyValue: HostInterface<KeyValueState> = {
  name: 'key-value',
  provides: [spinV1, spinV2, spinV3, wasiStoreHost, wasiBatchHost, wasiAtomicsHost],
  open,
  configure,
};

/** Checks the labels, opens the files that somebody uses and writes `--key-value`. Throws TspinError. */
async function open({ app, components, warn }: AppContext): Promise<SharedHost | undefined> {
  const files = usedFiles(app, components);
  // An app without key-value stores loads no SQLite and starts no thread.
  if (files.length === 0) return undefined;
  const { AppStores: Stores } = await import('./app-stores.ts');
  const stores = await Stores.open(files, warn);
  try {
    await writeInitial(stores, app.initialKeyValues);
  } catch (error) {
    await stores.close();
    throw error;
  }
  return {
    connect: () => {
      const connection = stores.connect();
      return { data: connection, transfer: connection.files.map(({ port }) => port) };
    },
    follow: now => stores.use(usedFiles(now.app, now.components)),
    close: () => stores.close(),
  };
}

async function configure({ components, warn, shared }: HostContext): Promise<ConfiguredHost<KeyValueState>> {
  const allowed = new Map(components.map(({ id, keyValueStores }) => [id, new Set(keyValueStores.map(({ name }) => name))]));
  const opened = shared === undefined ? [] : await openConnection(shared as StoresConnection);
  const stores = new Map(opened.flatMap(({ labels, store }) => labels.map(label => [label, store] as const)));
  const nothing: ReadonlySet<string> = new Set();
  const refusals = new Refusals({ what: 'key-value store', list: 'key_value_stores' }, warn);
  return {
    atOnce: readsAtOnce,
    begin: invocation => ({
      allowed: allowed.get(invocation.component.id) ?? nothing,
      stores,
      withholding: new Withholding(bytes => invocation.withhold?.(bytes)),
      refused: label => refusals.tell(invocation, label),
      openStores: 0,
      openCompareAndSwaps: 0,
      numbered: undefined,
      hold: bytes => invocation.hold(bytes),
      trap: message => invocation.trap(message),
    }),
    close: () => closeAll(opened),
  };
}

interface OpenedFile {
  readonly labels: readonly string[];
  readonly store: Store;
}

/** Throws TspinError; none is left open then. */
async function openConnection({ files }: StoresConnection): Promise<readonly OpenedFile[]> {
  const { openSqliteStore } = await import('./sqlite-store.ts');
  const opened: OpenedFile[] = [];
  try {
    for (const { labels, ...connection } of files) opened.push({ labels, store: await openSqliteStore(connection) });
    return opened;
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

async function closeAll(opened: readonly OpenedFile[]): Promise<void> {
  for (const { store } of opened) await store.close();
}

async function writeInitial(stores: AppStores, keyValues: App['initialKeyValues']): Promise<void> {
  if (keyValues.length === 0) return;
  const encoder = new TextEncoder();
  const failed = await stores.write(
    defaultLabel,
    keyValues.map(([key, value]) => [key, encoder.encode(value)] as const),
  );
  if (!failed) return;
  throw new TspinError(
    'initial-key-value',
    `--key-value ${failed.key}=... could not be written to the store "${defaultLabel}": ${failed.reason}`,
    { help: 'start without it, or choose another folder for the store with --state-dir' },
  );
}
