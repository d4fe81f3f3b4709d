// The store of installed templates, which is Spin's own: <data folder>/templates/<id>_<SHA-256 of the id>, each with a record
// of where it came from (Spin's crates/templates/src/store.rs and reader.rs).
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parse, stringify } from 'smol-toml';
import * as v from 'valibot';

import { TspinError } from '../../errors.ts';
import { suggest } from '../../util/suggest.ts';
import { systemReason } from '../../util/system-error.ts';
import { foldersIn } from './library.ts';
import { readTemplate, type Template } from './template.ts';

/** What is needed of the process to find the store. */
export interface StoreEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

/** `SPIN_DATA_DIR`, else `spin` in the system's folder for local data (spin-behaviour 5.7). */
export function templateStore({ env, platform, home }: StoreEnvironment): string {
  const data = env['SPIN_DATA_DIR'] || join(localData({ env, platform, home }), 'spin');
  return join(data, 'templates');
}

function localData({ env, platform, home }: StoreEnvironment): string {
  if (platform === 'win32') return env['LOCALAPPDATA'] || join(home, 'AppData', 'Local');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support');
  return env['XDG_DATA_HOME'] || join(home, '.local', 'share');
}

/** Where templates came from, as Spin records it in `.install.toml`. */
export type InstalledFrom =
  | { readonly git: string; readonly branch?: string }
  | { readonly dir: string }
  | { readonly url: string };

const text = v.optional(v.string());
const recordSchema = v.object({ git: text, branch: text, dir: text, url: text });
const recordName = '.install.toml';

export interface InstallResult {
  readonly installed: readonly Template[];
  /** Ids that were there already and are as they were. */
  readonly kept: readonly string[];
}

export interface InstallOptions {
  /** Folder of the store. */
  readonly store: string;
  readonly from: InstalledFrom;
  /** Whether templates that are there are replaced. */
  readonly upgrade: boolean;
}

/**
 * Installs all templates of `source`, a folder with `templates/<id>/...`. All of them are read before the first is written.
 * @throws TspinError `no-templates`, `template-invalid`, `template-store-unusable`
 */
export async function installTemplates(source: string, options: InstallOptions): Promise<InstallResult> {
  const folders = await foldersIn(join(source, 'templates'));
  if (folders.length === 0) {
    throw new TspinError('no-templates', `there are no templates in ${shownSource(options.from)}`, {
      help: 'Spin looks for them in templates/<id>/metadata/spin-template.toml',
    });
  }
  const templates = await Promise.all(folders.map(folder => readTemplate(folder, 'nothing was installed')));
  const known = new Set((await installedTemplates(options.store)).map(({ id }) => id));
  const wanted = templates.filter(({ id }) => options.upgrade || !known.has(id));
  await usable(options.store, async () => {
    for (const template of wanted) await put(template, options);
  });
  return { installed: wanted, kept: templates.filter(template => !wanted.includes(template)).map(({ id }) => id) };
}

export interface InstalledTemplate {
  readonly id: string;
  readonly directory: string;
  /** Undefined when there is no record, or none that can be read. */
  readonly from: InstalledFrom | undefined;
}

/** Damaged ones are left out. */
export async function installedTemplates(store: string): Promise<readonly InstalledTemplate[]> {
  const found: InstalledTemplate[] = [];
  for (const directory of await foldersIn(store)) {
    try {
      const { id } = await readTemplate(directory);
      found.push({ id, directory, from: await readRecord(directory) });
    } catch (error) {
      if (!(error instanceof TspinError)) throw error;
    }
  }
  return found;
}

/** Throws TspinError when none of that id is installed. */
export async function uninstallTemplate(store: string, id: string): Promise<void> {
  const installed = await installedTemplates(store);
  const found = installed.find(template => template.id === id);
  if (!found) {
    const ids = installed.map(template => template.id);
    const near = suggest(id, ids);
    throw new TspinError('unknown-template', `no template "${id}" is installed`, {
      help: [
        ...(near === undefined ? [] : [`did you mean "${near}"?`]),
        ids.length === 0 ? 'none is: those that come with tspin cannot be taken away' : `installed are: ${ids.join(', ')}`,
      ],
    });
  }
  await usable(store, () => rm(found.directory, { recursive: true }));
}

/** The name of a template's folder in the store. */
export const folderFor = (id: string): string =>
  `${id.replaceAll(/[^-_a-zA-Z0-9]/g, '_')}_${createHash('sha256').update(id).digest('hex')}`;

export const shownSource = (from: InstalledFrom): string => ('git' in from ? from.git : 'dir' in from ? from.dir : from.url);

/** Copies beside its place and renames, so that a template is there as a whole or not at all. */
async function put(template: Template, { store, from }: InstallOptions): Promise<void> {
  await mkdir(store, { recursive: true });
  // A leading dot and no metadata at its top: neither Spin nor we take it for a template.
  const work = await mkdtemp(join(store, '.installing-'));
  try {
    const copy = join(work, 'template');
    await cp(template.directory, copy, { recursive: true });
    await writeFile(join(copy, recordName), stringify(from));
    const place = join(store, folderFor(template.id));
    await rm(place, { recursive: true, force: true });
    await rename(copy, place);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function readRecord(directory: string): Promise<InstalledFrom | undefined> {
  try {
    const { git, branch, dir, url } = v.parse(recordSchema, parse(await readFile(join(directory, recordName), 'utf8')));
    if (git !== undefined) return branch === undefined ? { git } : { git, branch };
    return dir !== undefined ? { dir } : url !== undefined ? { url } : undefined;
  } catch {
    return undefined;
  }
}

async function usable<T>(store: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new TspinError('template-store-unusable', `the store of templates ${store} cannot be used: ${systemReason(cause)}`, {
      help: 'name another data folder with the environment variable SPIN_DATA_DIR',
      cause,
    });
  }
}
