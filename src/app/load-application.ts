// Manifest, disk and options together make the App that everything after this works with.
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import type { ComponentSection } from '../manifest/component.ts';
import type { Located } from '../manifest/entry.ts';
import { parseManifest, type Manifest } from '../manifest/manifest.ts';
import type { ManifestTrigger } from '../manifest/normalise.ts';
import type { App, Component, InitialSql, Label, Trigger, Variable } from './app.ts';
import { bareWasmManifest } from './bare-wasm.ts';
import { withProfile } from './chosen-profile.ts';
import { componentSource, downloadFolder } from './component-source.ts';
import { openApplicationFolder, type ApplicationFolder } from './application-folder.ts';
import { findManifest, readManifest, type ManifestFile } from './find-manifest.ts';
import { loadInitialSql } from './initial-sql.ts';
import { differsFromLastBuild } from './last-build.ts';
import { copiedMounts, directMounts, type Mounted } from './mounts.ts';
import { checkOutboundHosts, outboundHostsOf, outboundWarnings } from './outbound-hosts.ts';
import { select, type Selection } from './selection.ts';
import {
  keyValueStoresOf,
  loadRuntimeConfig,
  sqliteDatabasesOf,
  summaryOf,
  type LoadedRuntimeConfig,
} from './runtime-config-file.ts';
import { refuseUnserved } from './served.ts';
import { checkRequiredVariables, unknownVariables } from './required-variables.ts';
import { temporaryFolder, type TemporaryFolder } from './temporary-folder.ts';
import { readVariableOptions, type VariableOption } from './variable-options.ts';
import { loadVariablesProviders, type Environment } from './variables-providers.ts';

/** All paths are relative to `cwd`. */
export interface LoadApplicationOptions {
  /** The manifest or the folder that holds it; undefined: spin.toml in `cwd` or above. */
  readonly from?: string | undefined;
  /** Absolute. */
  readonly cwd: string;
  /** Environment variables for every component, over those of the manifest; later ones win. */
  readonly env?: readonly (readonly [string, string])[] | undefined;
  /** Ids of the components to keep; undefined: all. */
  readonly components?: readonly string[] | undefined;
  /** The profile whose tables count; undefined: none. */
  readonly profile?: string | undefined;
  /** Undefined: `.spin` beside the manifest. `''`: state is kept in memory. */
  readonly stateDirectory?: string | undefined;
  /** Undefined: `logs` in the state directory. `''`: no log files. */
  readonly logDirectory?: string | undefined;
  readonly initialKeyValues?: readonly (readonly [string, string])[] | undefined;
  /** `--sqlite`: SQL, or `@FILE[:LABEL]`. */
  readonly initialSql?: readonly string[] | undefined;
  /** `--runtime-config-file`. */
  readonly runtimeConfigFile?: string | undefined;
  /** `--variable`: values of application variables, before those of every provider; later ones win. */
  readonly variables?: readonly VariableOption[] | undefined;
  /** Where `SPIN_VARIABLE_…` and `SPIN_OUTBOUND_H2C_PRIOR_KNOWLEDGE` are looked up; undefined: nowhere. */
  readonly environment?: Environment | undefined;
  /** Mount the folders of `files` in place instead of copying. */
  readonly directMounts?: boolean | undefined;
  /** Let guests write to their mounts. */
  readonly allowTransientWrite?: boolean | undefined;
  /** `--max-instance-memory`, in bytes; before that of the runtime configuration. */
  readonly memoryBytesMax?: number | undefined;
  /** Where components that are downloaded are kept; undefined: the user's cache. */
  readonly cacheDirectory?: string | undefined;
  /** Where the folder for copies is made; undefined: the system's. */
  readonly temporaryDirectory?: string | undefined;
}

export interface LoadedApplication {
  readonly app: App;
  /** What was decided for the user, to be said: that a manifest of a folder above is used. */
  readonly notices: readonly string[];
  readonly warnings: readonly string[];
  /** Removes the copies of files. */
  readonly dispose: () => Promise<void>;
}

/** @throws TspinError for every mistake in the manifest, the files it names and the options; nothing is left behind then. */
export async function loadApplication(options: LoadApplicationOptions): Promise<LoadedApplication> {
  const file = await findManifest({ from: options.from, cwd: options.cwd });
  const manifest = withProfile(await manifestIn(file), options.profile);
  const runtimeConfig = await loadRuntimeConfig(options.runtimeConfigFile, options.cwd);
  const initialSql = await loadInitialSql(options.initialSql ?? [], options.cwd);
  const selection = select(manifest, options.components);
  checkOutboundHosts(manifest, selection);
  refuseUnserved(manifest, selection);
  const variables = await loadVariables(manifest, options, runtimeConfig);
  const temporary = temporaryFolder(
    options.temporaryDirectory === undefined ? tmpdir() : resolve(options.cwd, options.temporaryDirectory),
  );
  try {
    const loader: ComponentLoader = { options, file, folder: await openApplicationFolder(file.directory), temporary };
    const loaded = [];
    // One after the other: when one fails, none may still be copying into the folder that is then removed.
    for (const [id, section] of selection.components) loaded.push(await loadComponent(loader, id, section));
    const components = new Map(loaded.map(({ component }) => [component.id, component]));
    const app = assemble({
      file,
      manifest,
      options,
      runtimeConfig,
      variables,
      initialSql,
      components,
      triggers: selection.triggers,
    });
    const otherBuild = await differsFromLastBuild(file.directory, options.profile);
    const warnings = [
      ...(otherBuild === undefined ? [] : [otherBuild]),
      ...manifestWarnings(manifest, selection),
      ...variables.warnings,
      ...outboundWarnings(manifest, selection),
      ...loaded.flatMap(({ mounted }) => mounted.warnings),
    ];
    return { app, notices: noticesOf(file), warnings, dispose: () => temporary.remove() };
  } catch (error) {
    await temporary.remove();
    throw error;
  }
}

const manifestIn = async (file: ManifestFile): Promise<Manifest> =>
  file.isWasm ? bareWasmManifest(file.path) : parseManifest(await readManifest(file), file.shown);

interface LoadedVariables extends Pick<App, 'variables' | 'variablesProviders'> {
  readonly warnings: readonly string[];
}

/** Throws TspinError when a required variable has no value. */
async function loadVariables(
  manifest: Manifest,
  options: LoadApplicationOptions,
  runtimeConfig: LoadedRuntimeConfig,
): Promise<LoadedVariables> {
  const { cwd, environment = {} } = options;
  const variables = new Map<string, Variable>(
    [...manifest.variables].map(([name, { defaultValue, at }]) => [name, { defaultValue, at }]),
  );
  const given = await readVariableOptions(options.variables ?? [], cwd);
  const names = [...variables.keys()];
  const { providers, warnings } = await loadVariablesProviders({ names, given, runtimeConfig, environment, cwd });
  const check = { variables, providers, given };
  checkRequiredVariables(check);
  return { variables, variablesProviders: providers, warnings: [...warnings, ...unknownVariables(check)] };
}

interface ComponentLoader {
  readonly options: LoadApplicationOptions;
  readonly file: ManifestFile;
  readonly folder: ApplicationFolder;
  readonly temporary: TemporaryFolder;
}

async function loadComponent(
  { options, file, folder, temporary }: ComponentLoader,
  id: string,
  section: ComponentSection,
): Promise<{ component: Component; mounted: Mounted }> {
  const request = { folder, id, component: section, writable: options.allowTransientWrite ?? false };
  const mounted = options.directMounts ? await directMounts(request) : await copiedMounts(request, () => temporary.assets());
  const downloads = downloadFolder(options.cacheDirectory, options.cwd);
  const component: Component = {
    id,
    description: section.description,
    source: componentSource(section, { manifest: folder.path, downloads, placeless: file.isWasm }),
    environment: [...new Map([...section.environment, ...(options.env ?? [])])],
    mounts: mounted.mounts,
    keyValueStores: section.keyValueStores.map(label),
    sqliteDatabases: section.sqliteDatabases.map(label),
    aiModels: section.aiModels.map(label),
    variables: section.variables,
    allowedOutboundHosts: outboundHostsOf(section),
    at: section.at,
  };
  return { component, mounted };
}

const label = ({ value, at }: Located<string>): Label => ({ name: value, at });

interface AppParts {
  readonly file: ManifestFile;
  readonly manifest: Manifest;
  readonly options: LoadApplicationOptions;
  readonly runtimeConfig: LoadedRuntimeConfig;
  readonly variables: LoadedVariables;
  readonly initialSql: readonly InitialSql[];
  readonly components: ReadonlyMap<string, Component>;
  readonly triggers: readonly ManifestTrigger[];
}

function assemble(parts: AppParts): App {
  const { file, options, runtimeConfig, initialSql, components, triggers, variables } = parts;
  const { application } = parts.manifest;
  const { config } = runtimeConfig;
  const state = options.stateDirectory ?? config.stateDirectory;
  // Beside a Wasm file that has no manifest nothing is left.
  const ownState = file.isWasm ? undefined : join(file.directory, '.spin');
  const stateDirectory = directoryOption(options.cwd, state, ownState);
  const logs = options.logDirectory ?? config.logDirectory;
  return {
    name: application.name.value,
    version: application.version,
    description: application.description,
    directory: file.directory,
    manifestPath: file.path,
    components,
    triggers: triggers.map(servedTrigger),
    stateDirectory,
    logDirectory: directoryOption(options.cwd, logs, stateDirectory && join(stateDirectory, 'logs')),
    initialKeyValues: options.initialKeyValues ?? [],
    initialSql,
    keyValueStores: keyValueStoresOf(runtimeConfig, stateDirectory),
    sqliteDatabases: sqliteDatabasesOf(runtimeConfig, stateDirectory),
    runtimeConfig: summaryOf(runtimeConfig),
    outbound: {
      http: config.outboundHttp,
      networking: config.outboundNetworking,
      clientTls: config.clientTls,
      http2Authority: options.environment?.['SPIN_OUTBOUND_H2C_PRIOR_KNOWLEDGE'],
      directory: runtimeConfig.directory,
    },
    memoryBytesMax: options.memoryBytesMax ?? config.maxInstanceMemory,
    variables: variables.variables,
    variablesProviders: variables.variablesProviders,
  };
}

function directoryOption(cwd: string, given: string | undefined, otherwise: string | undefined): string | undefined {
  if (given === undefined) return otherwise;
  return given === '' ? undefined : resolve(cwd, given);
}

function servedTrigger({ id, component, settings }: ManifestTrigger): Trigger {
  if (settings.kind !== 'http') throw new Error(`the trigger ${id} has been refused`);
  const { route, staticResponse, executor } = settings;
  const trigger = { kind: 'http', id, route: route.value, at: route.at } as const;
  if (staticResponse) return { ...trigger, staticResponse: staticResponse.value };
  if (!component) throw new Error(`the trigger ${id} has neither a component nor a response`);
  const wagi = executor.value.kind === 'wagi' ? { wagi: { argv: executor.value.argv } } : {};
  return { ...trigger, component: component.value, ...wagi };
}

function noticesOf({ parentsUp, directory }: ManifestFile): readonly string[] {
  return parentsUp === 0 ? [] : [`Using spin.toml from the parent folder ${directory}`];
}

function manifestWarnings({ application: { httpBase } }: Manifest, { triggers }: Selection): readonly string[] {
  const base = httpBase ? [`${placeOf(httpBase)}: \`base = "/"\` has no effect any more and can be removed`] : [];
  const wagi = triggers.flatMap(({ component, settings }) =>
    settings.kind === 'http' && settings.executor.value.kind === 'wagi'
      ? [`${placeOf(settings.executor)}: Wagi, which "${component?.value}" uses, is deprecated: build it with a Spin SDK`]
      : [],
  );
  return [...base, ...wagi];
}

const placeOf = ({ at }: Located<unknown>): string => `${at.file}:${at.line}`;
