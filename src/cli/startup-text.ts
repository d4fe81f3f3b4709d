// What `tspin up` prints when it starts, word for word as Spin does (spin-behaviour 5.2): scripts read it.
import { join } from 'node:path';

import type { App, StoreFile } from '../app/app.ts';
import type { RouteInfo } from '../index.ts';

/** For stderr: what is configured, where logs and data go. Paths are quoted as Spin quotes them. */
export function storageLines(app: App): readonly string[] {
  const lines: string[] = [];
  const { runtimeConfig } = app;
  if (runtimeConfig && runtimeConfig.tables.length > 0) {
    const tables = runtimeConfig.tables.map(table => `[${table}]`).join(', ');
    lines.push(`Using runtime config ${tables} from ${JSON.stringify(runtimeConfig.file)}`);
  }
  if (app.logDirectory !== undefined) lines.push(`Logging component stdio to ${JSON.stringify(join(app.logDirectory, '/'))}`);
  const components = [...app.components.values()];
  const fileIn = (stores: ReadonlyMap<string, StoreFile>): string | undefined => {
    const path = stores.get('default')?.path;
    return path === undefined ? undefined : JSON.stringify(path);
  };
  if (components.some(({ sqliteDatabases }) => sqliteDatabases.some(({ name }) => name === 'default'))) {
    lines.push(`Storing default SQLite data to ${fileIn(app.sqliteDatabases) ?? 'a temporary in-memory database'}.`);
  }
  if (components.some(({ keyValueStores }) => keyValueStores.some(({ name }) => name === 'default'))) {
    lines.push(`Storing default key-value data to ${fileIn(app.keyValueStores) ?? 'a temporary in-memory store'}.`);
  }
  return lines;
}

/** For stdout with `--format json`: the same for programs, in Spin's shape. */
export function servingJson(url: string, routes: readonly RouteInfo[]): string {
  const shown = routes.map(({ description, ...route }) => ({ ...route, ...(description !== '' && { description }) }));
  return JSON.stringify({ base_url: url.replace(/\/$/, ''), routes: shown }, null, 2);
}

/** For stdout: the address and the routes. `serving` is the word, perhaps in colour. */
export function servingText(serving: string, url: string, routes: readonly RouteInfo[]): string {
  const base = url.replace(/\/$/, '');
  const lines = ['', `${serving} ${base}`, 'Available Routes:'];
  for (const { id, route, wildcard, description } of routes) {
    lines.push(`  ${id}: ${base}${route === '/' ? '' : route}${wildcard ? ' (wildcard)' : ''}`);
    if (description !== '') lines.push(`    ${description}`);
  }
  return lines.join('\n');
}
