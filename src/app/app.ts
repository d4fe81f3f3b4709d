// The application as plain readonly data: what the manifest, the disk and the command line say together. No behaviour.
import type { SourceLocation } from '../errors.ts';
import type { StaticResponse } from '../manifest/http-trigger.ts';
import type { ClientTlsSection } from '../manifest/runtime-config/client-tls.ts';
import type { OutboundHttpSection, OutboundNetworkingSection } from '../manifest/runtime-config/outbound.ts';
import type { Template } from '../manifest/template.ts';

/** What a component's Wasm is downloaded from. */
export interface Download {
  readonly url: string;
  /** `sha256:` and 64 hex digits in lower case. */
  readonly digest: string;
}

/** Where a component's Wasm is. `path` is absolute. */
export interface ComponentSource {
  readonly path: string;
  /** It is put there before the component is prepared. */
  readonly download?: Download;
  readonly at: SourceLocation | undefined;
  /** The commands that make it; none when the manifest says none. */
  readonly buildCommands?: readonly string[];
}

/**
 * One entry of a component's `files`, resolved (spin-behaviour 1.8).
 * `directory` (--direct-mounts): the host folder is mounted as it is. `copy`: a folder of copies made for this run.
 */
export interface Mount {
  /** Absolute host folder. */
  readonly hostPath: string;
  /** Absolute guest path, e.g. `/` or `/static`. */
  readonly guestPath: string;
  readonly writable: boolean;
}

/** A label (name of a store) as the manifest has it, with its place for error messages. */
export interface Label {
  readonly name: string;
  readonly at: SourceLocation | undefined;
}

export interface BuildPlan {
  /** Shell commands, run one after the other. */
  readonly commands: readonly string[];
  /** Absolute folder in which they run. */
  readonly directory: string;
  /** As written in the manifest, relative to it; undefined when not given. */
  readonly workdir: string | undefined;
  /** Globs relative to `directory`. */
  readonly watch: readonly string[];
}

/** A component as `tspin build` sees it. */
export interface BuildTarget {
  readonly id: string;
  /** Undefined: nothing to build. */
  readonly plan: BuildPlan | undefined;
  /** Ids of those to build before it; undefined when that is not known, and all before it in the order are. */
  readonly after?: readonly string[] | undefined;
  /** Absolute: the Wasm file that the build makes; undefined when that is not known. */
  readonly artifact?: string | undefined;
}

export interface Component {
  readonly id: string;
  readonly description: string;
  readonly source: ComponentSource;
  /** The manifest's `environment`, then `--env` (spin-behaviour 3.10). */
  readonly environment: readonly (readonly [string, string])[];
  readonly mounts: readonly Mount[];
  readonly keyValueStores: readonly Label[];
  readonly sqliteDatabases: readonly Label[];
  readonly aiModels: readonly Label[];
  /** Templates over the application's variables (spin-behaviour 1.10). */
  readonly variables: ReadonlyMap<string, Template>;
  /** The same, of entries of the grammar of spin-behaviour 1.11. */
  readonly allowedOutboundHosts: readonly Template[];
  readonly at: SourceLocation | undefined;
}

/** `route` is as written, at `at`; a private one is reached by service chaining only. */
interface AnyHttpTrigger {
  readonly kind: 'http';
  readonly id: string;
  readonly route: string | { readonly private: true };
  readonly at: SourceLocation | undefined;
}

/** An HTTP trigger that a component answers. */
export interface ComponentTrigger extends AnyHttpTrigger {
  readonly component: string;
  readonly staticResponse?: undefined;
  /** The component is a program that is run for each request (spin-behaviour 2.4). */
  readonly wagi?: { readonly argv: string };
}

/** An HTTP trigger that is always answered in the same way, without a component (spin-behaviour 1.16). */
export interface StaticTrigger extends AnyHttpTrigger {
  readonly component?: undefined;
  readonly wagi?: undefined;
  readonly staticResponse: StaticResponse;
}

export type HttpTrigger = ComponentTrigger | StaticTrigger;

export type Trigger = HttpTrigger;

/** A file of a store or database; undefined: in memory. `path` is absolute. */
export interface StoreFile {
  readonly path: string | undefined;
}

/** SQL that runs at start, all its statements. */
export interface InitialSql {
  readonly sql: string;
  /** Of the database. */
  readonly label: string;
  /** As the user wrote it, for messages: `--sqlite @migration.sql`. */
  readonly flag: string;
}

/** What `[outbound_http]`, `[outbound_networking]` and `[[client_tls]]` of the runtime configuration say. */
export interface OutboundSettings {
  readonly http: OutboundHttpSection;
  readonly networking: OutboundNetworkingSection;
  readonly clientTls: readonly ClientTlsSection[];
  /** `host:port` of a server that is spoken to in HTTP/2 without TLS (SPIN_OUTBOUND_H2C_PRIOR_KNOWLEDGE). */
  readonly http2Authority: string | undefined;
  /** What the paths of `clientTls` are relative to, absolute. */
  readonly directory: string;
}

/** An application variable (spin-behaviour 1.4). */
export interface Variable {
  /** Undefined: the variable is required, and a provider has to have it. */
  readonly defaultValue: string | undefined;
  readonly at: SourceLocation | undefined;
}

/** Who is asked for the value of an application variable (spin-behaviour 4). */
export type VariablesProvider =
  /** By name: what --variable, a static provider or an environment says. Known at start. */
  { readonly kind: 'values'; readonly values: ReadonlyMap<string, string> } | VaultProvider;

/** A key-value store of version 2 of HashiCorp Vault: `<url>/v1/<mount>/data/<prefix>/<name>`, field `value`. */
export interface VaultProvider {
  readonly kind: 'vault';
  readonly url: string;
  readonly token: string;
  readonly mount: string;
  readonly prefix: string | undefined;
}

/** What the file of `--runtime-config-file` configures, for the user to be told. */
export interface RuntimeConfigSummary {
  /** The path as the user gave it. */
  readonly file: string;
  /** Tables with a label and their types, in file order: `key_value_store.cart: spin`. */
  readonly tables: readonly string[];
}

export interface App {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** The folder that holds spin.toml, absolute. */
  readonly directory: string;
  readonly manifestPath: string;
  /** In manifest order: those that a trigger uses. */
  readonly components: ReadonlyMap<string, Component>;
  readonly triggers: readonly Trigger[];
  /** Absolute, `<directory>/.spin` by default; undefined = state is kept in memory (`--state-dir ""`). */
  readonly stateDirectory: string | undefined;
  /** Absolute, `<state directory>/logs` by default; undefined = no log files. */
  readonly logDirectory: string | undefined;
  /** `--key-value k=v`, written to the store `default` at start. */
  readonly initialKeyValues: readonly (readonly [string, string])[];
  /** `--sqlite`, in order. */
  readonly initialSql: readonly InitialSql[];
  /** By label: `default`, and those of the runtime configuration. */
  readonly keyValueStores: ReadonlyMap<string, StoreFile>;
  readonly sqliteDatabases: ReadonlyMap<string, StoreFile & { readonly allowAttachFile: boolean }>;
  readonly outbound: OutboundSettings;
  /** What a memory of an instance may grow to, in bytes, where somebody said it. */
  readonly memoryBytesMax: number | undefined;
  /** The application's variables, by name. */
  readonly variables: ReadonlyMap<string, Variable>;
  /** In the order in which they are asked; a variable that none of them has is its default. */
  readonly variablesProviders: readonly VariablesProvider[];
  /** Undefined without such a file. */
  readonly runtimeConfig: RuntimeConfigSummary | undefined;
}
