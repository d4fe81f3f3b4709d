// The file of --runtime-config-file from disk, and what it makes of the app's stores.
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { TspinError } from '../errors.ts';
import { noRuntimeConfig, parseRuntimeConfig, type RuntimeConfig } from '../manifest/runtime-config/runtime-config.ts';
import { systemReason } from '../util/system-error.ts';
import type { RuntimeConfigSummary, StoreFile } from './app.ts';

export interface LoadedRuntimeConfig {
  readonly config: RuntimeConfig;
  /** The folder of the file, absolute: what the paths in it are relative to. */
  readonly directory: string;
}

/** @throws TspinError `runtime-config-unreadable`, `runtime-config-invalid`, `runtime-config-not-served` */
export async function loadRuntimeConfig(path: string | undefined, cwd: string): Promise<LoadedRuntimeConfig> {
  if (path === undefined) return { config: noRuntimeConfig, directory: cwd };
  const absolute = resolve(cwd, path);
  let text: string;
  try {
    text = await readFile(absolute, 'utf8');
  } catch (error) {
    throw new TspinError(
      'runtime-config-unreadable',
      `the runtime configuration ${path} cannot be read: ${systemReason(error)}`,
      {
        help: 'give --runtime-config-file the path of a TOML file, relative to the current folder',
        cause: error,
      },
    );
  }
  return { config: parseRuntimeConfig(text, path), directory: dirname(absolute) };
}

/** Every label that has a store behind it: those of the file, and `default`. */
export function keyValueStoresOf({ config, directory }: LoadedRuntimeConfig, state: string | undefined): Map<string, StoreFile> {
  const stores = new Map<string, StoreFile>([['default', { path: state && join(state, 'sqlite_key_value.db') }]]);
  for (const [label, { path }] of config.keyValueStores) stores.set(label, { path: pathIn(directory, path) });
  return stores;
}

export function sqliteDatabasesOf(
  { config, directory }: LoadedRuntimeConfig,
  state: string | undefined,
): Map<string, StoreFile & { readonly allowAttachFile: boolean }> {
  const databases = new Map([['default', { path: state && join(state, 'sqlite_db.db'), allowAttachFile: false }]]);
  for (const [label, { path, allowAttachFile }] of config.sqliteDatabases) {
    databases.set(label, { path: pathIn(directory, path), allowAttachFile });
  }
  return databases;
}

/** Spin names the stores and databases, all of type `spin` here: others have been refused. */
export function summaryOf({ config }: LoadedRuntimeConfig): RuntimeConfigSummary | undefined {
  if (config === noRuntimeConfig) return undefined;
  const tables = [
    ...[...config.keyValueStores.keys()].map(label => `key_value_store.${label}: spin`),
    ...[...config.sqliteDatabases.keys()].map(label => `sqlite_database.${label}: spin`),
  ];
  return { file: config.file, tables };
}

const pathIn = (directory: string, path: string | undefined): string | undefined =>
  path === undefined ? undefined : resolve(directory, path);
