// Key-value stores for guests: which component may open which label, and the stores behind the labels.
import { TspinError } from '../../errors.ts';
import { suggest } from '../../util/suggest.ts';
import type { App, Component, Label } from '../../app/app.ts';
import { keyValueV2 } from './declarations.ts';
import { keyValueV3 } from './declarations-3.ts';
import type { AppContext, ConfiguredHost, HostContext, HostInterface, SharedHost } from '../interface.ts';
import type { StoreConnection } from './default-store.ts';
import { spinV2, type KeyValueState } from './spin-v2.ts';
import { spinV3 } from './spin-v3.ts';
import type { Store } from './store.ts';
import type { Writer } from './writer.ts';

/** The label that exists without configuration. */
const defaultLabel = 'default';
const knownLabels: readonly string[] = [defaultLabel];

const refusalsToldMax = 100;

/** SQLite is read on the guest's own thread; only writes wait, for the disk. */
const readsAtOnce: readonly string[] = [
  '[static]store.open',
  '[method]store.get',
  '[method]store.exists',
  '[method]store.get-keys',
].flatMap(name => [keyValueV2, keyValueV3].map(wit => `${wit.name}#${name}`));

export const keyValue: HostInterface<KeyValueState> = {
  name: 'key-value',
  provides: [spinV2, spinV3],
  open,
  configure,
};

/** Checks the labels, opens the store that somebody uses and writes `--key-value`. Throws TspinError. */
async function open({ app, components, warn }: AppContext): Promise<SharedHost | undefined> {
  for (const component of components) checkLabels(component);
  const isUsed = app.initialKeyValues.length > 0 || components.some(({ keyValueStores }) => keyValueStores.length > 0);
  // An app without key-value stores loads no SQLite and starts no thread.
  if (!isUsed) return undefined;
  const { DefaultStore } = await import('./default-store.ts');
  const store = await DefaultStore.open(app.stateDirectory, warn);
  try {
    await writeInitial(store.writer, app.initialKeyValues);
  } catch (error) {
    await store.close();
    throw error;
  }
  return {
    connect: () => {
      const connection = store.connect();
      return { data: connection, transfer: [connection.port] };
    },
    close: () => store.close(),
  };
}

async function configure({ components, warn, shared }: HostContext): Promise<ConfiguredHost<KeyValueState>> {
  const allowed = new Map(components.map(({ id, keyValueStores }) => [id, new Set(keyValueStores.map(({ name }) => name))]));
  const opened = shared === undefined ? undefined : await openConnection(shared as StoreConnection);
  const stores = new Map<string, Store>(opened ? [[defaultLabel, opened]] : []);
  const nothing: ReadonlySet<string> = new Set();
  const refusals = new Refusals(warn);
  return {
    atOnce: readsAtOnce,
    begin: invocation => ({
      allowed: allowed.get(invocation.component.id) ?? nothing,
      stores,
      refused: label => refusals.tell(invocation.component.id, label),
      openStores: 0,
      hold: bytes => invocation.hold(bytes),
    }),
    close: async () => opened?.close(),
  };
}

/** Tells the user of refused labels, each once. Bounded, since guests choose the labels. */
class Refusals {
  readonly #warn: (message: string) => void;
  readonly #told = new Set<string>();

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  tell(component: string, label: string): void {
    const refusal = JSON.stringify([component, label]);
    if (this.#told.size >= refusalsToldMax || this.#told.has(refusal)) return;
    this.#told.add(refusal);
    const shown = JSON.stringify(label);
    this.#warn(
      `component "${component}" was refused the key-value store ${shown}: add ${shown} to key_value_stores in [component.${component}] to allow it`,
    );
  }
}

function checkLabels({ id, keyValueStores }: Component): void {
  for (const label of keyValueStores) {
    if (!knownLabels.includes(label.name)) throw unknownLabel(id, label);
  }
}

function unknownLabel(component: string, { name, at }: Label): TspinError {
  const near = suggest(name, knownLabels);
  const help = near === undefined ? `the stores that exist are: ${knownLabels.join(', ')}` : `did you mean "${near}"?`;
  return new TspinError(
    'unknown-store-label',
    `component "${component}" uses the key-value store "${name}", which is not defined`,
    {
      at,
      help,
    },
  );
}

async function openConnection(connection: StoreConnection): Promise<Store> {
  const { openSqliteStore } = await import('./sqlite-store.ts');
  return openSqliteStore(connection);
}

async function writeInitial(writer: Writer, keyValues: App['initialKeyValues']): Promise<void> {
  const encoder = new TextEncoder();
  const written = await Promise.all(
    keyValues.map(async ([key, value]) => ({ key, result: await writer.set(defaultLabel, key, encoder.encode(value)) })),
  );
  for (const { key, result } of written) {
    if (result.tag === 'ok') continue;
    const reason = result.val.kind === 'failed' ? result.val.message : result.val.kind;
    throw new TspinError(
      'initial-key-value',
      `--key-value ${key}=... could not be written to the store "${defaultLabel}": ${reason}`,
      { help: 'start without it, or choose another folder for the store with --state-dir' },
    );
  }
}
