// Which labels an app uses, and which file is behind each. Files that nobody uses are not opened.
import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { App, Component, Label } from '../../app/app.ts';
import { TspinError } from '../../errors.ts';
import { suggest } from '../../util/suggest.ts';
import type { FilePlace } from './sqlite-failure.ts';
import { keyValueFileName } from './writer-file.ts';

/** The label that exists without configuration. */
export const defaultLabel = 'default';

/** One file, and the labels that it holds. */
export interface LabelledFile {
  readonly labels: readonly string[];
  /** Undefined: in memory. */
  readonly place: FilePlace | undefined;
}

type Stores = App['keyValueStores'];

/**
 * The files of the labels that a component lists, and of `default` when `--key-value` writes to it.
 * @throws TspinError `unknown-store-label`
 */
export function usedFiles(app: App, components: readonly Component[]): readonly LabelledFile[] {
  const { keyValueStores: stores, stateDirectory } = app;
  for (const component of components) checkLabels(component, stores);
  const listed = components.flatMap(({ keyValueStores }) => keyValueStores.map(({ name }) => name));
  const used = new Set(app.initialKeyValues.length > 0 ? [defaultLabel, ...listed] : listed);
  const files = Map.groupBy(used, label => fileId(stores.get(label)?.path));
  return [...files.values()].map(labels => {
    const path = stores.get(labels[0] ?? defaultLabel)?.path;
    return { labels, place: path === undefined ? undefined : placeOf(path, labels, stateDirectory) };
  });
}

/** The same for each way to write a file's path. Stores in memory share one file: a row says which store it is of. */
function fileId(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  for (const real of [() => realpathSync(path), () => join(realpathSync(dirname(path)), basename(path))]) {
    try {
      return real();
    } catch {
      // The file, or its folder, is not there yet.
    }
  }
  return path;
}

function placeOf(path: string, labels: readonly string[], stateDirectory: string | undefined): FilePlace {
  const isState = stateDirectory !== undefined && path === join(stateDirectory, keyValueFileName);
  return isState ? statePlace(path) : configuredPlace(path, labels[0] ?? defaultLabel);
}

export const statePlace = (path: string): FilePlace => ({
  path,
  elsewhere: 'choose another folder with --state-dir',
  writable: 'choose a folder that can be written to with --state-dir, or --state-dir "" to keep state in memory',
});

function configuredPlace(path: string, label: string): FilePlace {
  const table = `[key_value_store.${label}] in the runtime configuration`;
  return {
    path,
    elsewhere: `choose another \`path\` for ${table}`,
    writable: `choose a \`path\` that can be written to for ${table}, or leave it out to keep the store in memory`,
  };
}

function checkLabels({ id, keyValueStores }: Component, stores: Stores): void {
  for (const label of keyValueStores) {
    if (!stores.has(label.name)) throw unknownLabel(id, label, [...stores.keys()]);
  }
}

function unknownLabel(component: string, { name, at }: Label, known: readonly string[]): TspinError {
  const near = suggest(name, known);
  const help =
    near === undefined
      ? `add [key_value_store.${name}] to a file for --runtime-config-file, or use one of: ${known.join(', ')}`
      : `did you mean "${near}"?`;
  const message = `component "${component}" uses the key-value store "${name}", which is not defined`;
  return new TspinError('unknown-store-label', message, { at, help });
}
