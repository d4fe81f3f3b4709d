// The file of `--runtime-config-file` (spin-behaviour 4): text in, typed and located data out. What tspin does not serve is refused.
import { TspinError } from '../../errors.ts';
import { parseDocument } from '../document.ts';
import type { Entry } from '../entry.ts';
import { invalidValue } from '../mistakes.ts';
import { integer, mapOf, optional, readTable, string, withDefault, type Reader } from '../readers.ts';
import { readClientTls, type ClientTlsSection } from './client-tls.ts';
import {
  noOutbound,
  readOutboundHttp,
  readOutboundNetworking,
  type OutboundHttpSection,
  type OutboundNetworkingSection,
} from './outbound.ts';
import { readKeyValueStore, readSqliteDatabase, type KeyValueStoreSection, type SqliteDatabaseSection } from './stores.ts';
import { readType, refuse } from './unserved.ts';
import { readVariablesProvider, type VariablesProviderSection } from './variables-provider.ts';

export interface RuntimeConfig {
  /** The path as messages show it. */
  readonly file: string;
  /** Relative to the working directory; `''` counts as not given. */
  readonly stateDirectory: string | undefined;
  readonly logDirectory: string | undefined;
  /** What a memory of an instance may grow to, in bytes. */
  readonly maxInstanceMemory: number | undefined;
  /** In file order. */
  readonly variablesProviders: readonly VariablesProviderSection[];
  /** By label. */
  readonly keyValueStores: ReadonlyMap<string, KeyValueStoreSection>;
  readonly sqliteDatabases: ReadonlyMap<string, SqliteDatabaseSection>;
  readonly outboundHttp: OutboundHttpSection;
  readonly outboundNetworking: OutboundNetworkingSection;
  readonly clientTls: readonly ClientTlsSection[];
}

/** Of an app that is run without such a file. */
export const noRuntimeConfig: RuntimeConfig = {
  file: '',
  stateDirectory: undefined,
  logDirectory: undefined,
  maxInstanceMemory: undefined,
  variablesProviders: [],
  keyValueStores: new Map(),
  sqliteDatabases: new Map(),
  outboundHttp: noOutbound.http,
  outboundNetworking: noOutbound.networking,
  clientTls: [],
};

/**
 * @param file the path as messages are to show it.
 * @throws TspinError `runtime-config-invalid`, `runtime-config-not-served`, at the first mistake, with its place.
 */
export function parseRuntimeConfig(text: string, file: string): RuntimeConfig {
  try {
    return read(parseDocument(text, file, 'the runtime configuration'), file);
  } catch (error) {
    // The readers are the manifest's; the code says which of the two files is meant.
    if (!(error instanceof TspinError) || !error.code.startsWith('manifest-')) throw error;
    throw new TspinError('runtime-config-invalid', error.message, { at: error.at, help: error.help, cause: error });
  }
}

function read(root: Entry, file: string): RuntimeConfig {
  const fields = readTable(root, {
    state_dir: optional(string),
    log_dir: optional(string),
    max_instance_memory: optional(memoryBytes),
    variables_provider: withDefault(providers, []),
    config_provider: withDefault(providers, []),
    key_value_store: withDefault(mapOf(readKeyValueStore), new Map<string, KeyValueStoreSection>()),
    sqlite_database: withDefault(mapOf(readSqliteDatabase), new Map<string, SqliteDatabaseSection>()),
    llm_compute: optional(checkLlmCompute),
    outbound_http: withDefault(readOutboundHttp, noOutbound.http),
    outbound_redis: optional(refuse('outbound Redis')),
    outbound_pg: optional(refuse('outbound PostgreSQL')),
    outbound_mysql: optional(refuse('outbound MySQL')),
    outbound_mqtt: optional(refuse('outbound MQTT')),
    outbound_networking: withDefault(readOutboundNetworking, noOutbound.networking),
    client_tls: withDefault(readClientTls, []),
  });
  return {
    file,
    stateDirectory: fields.state_dir === '' ? undefined : fields.state_dir,
    logDirectory: fields.log_dir === '' ? undefined : fields.log_dir,
    maxInstanceMemory: fields.max_instance_memory,
    variablesProviders: [...fields.variables_provider, ...fields.config_provider],
    keyValueStores: fields.key_value_store,
    sqliteDatabases: fields.sqlite_database,
    outboundHttp: fields.outbound_http,
    outboundNetworking: fields.outbound_networking,
    clientTls: fields.client_tls,
  };
}

/** The type `spin` is the engine of Spin's own process, which its releases do not have: it says so, and so does tspin. */
const checkLlmCompute: Reader<void> = entry => {
  readType(entry, ['spin'], ['remote_http']);
  readTable(entry, { type: optional(string) });
};

/** As --max-instance-memory has it: from one page of Wasm to all that a 32-bit memory can be. */
const memoryBytes: Reader<number> = entry => {
  const value = integer(entry);
  if (value >= 65_536n && value <= 4_294_967_296n) return Number(value);
  throw invalidValue(
    entry,
    `\`max_instance_memory\` is a number of bytes from 65536 to 4294967296, not ${value}`,
    'for example: max_instance_memory = 134217728',
  );
};

const providers = (entry: Entry): readonly VariablesProviderSection[] => entry.elements.map(readVariablesProvider);
