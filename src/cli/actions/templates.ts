// `tspin templates list | install | uninstall | upgrade`.
import { resolve } from 'node:path';

import { fetchRepository } from '../../dev/templates/fetch.ts';
import { listTemplates, type ListedTemplate } from '../../dev/templates/library.ts';
import {
  installedTemplates,
  installTemplates,
  shownSource,
  uninstallTemplate,
  type InstalledFrom,
  type InstallResult,
} from '../../dev/templates/store.ts';
import { TspinError } from '../../errors.ts';
import type { Action, Context } from '../command.ts';
import type { installFlags, listFlags, noFlags } from '../commands/templates.ts';
import { libraryOf, storeOf } from '../template-words.ts';

export const list: Action<typeof listFlags> = async ({ flags }, context) => {
  const { templates, damaged } = await listTemplates(libraryOf(context), flags.tag);
  if (flags.json) {
    const rows = templates.map(({ id, description, tags, origin, directory }) => ({ id, description, tags, origin, directory }));
    context.terminal.result(JSON.stringify(rows, undefined, 2));
  } else {
    const from = new Map((await installedTemplates(storeOf(context))).map(template => [template.directory, template.from]));
    for (const line of templateLines(templates, flags.verbose, from)) context.terminal.result(line);
  }
  for (const error of damaged) context.terminal.warn(error.message);
  return 0;
};

function templateLines(
  templates: readonly ListedTemplate[],
  isVerbose: boolean,
  from: ReadonlyMap<string, InstalledFrom | undefined>,
): readonly string[] {
  if (templates.length === 0) return ['No templates.'];
  const width = Math.max(...templates.map(({ id }) => id.length)) + 2;
  return templates.flatMap(({ id, description, tags, origin, directory, newApplication, addComponent }) => {
    const line = `${id.padEnd(width)}${description}`.trimEnd();
    if (!isVerbose) return [line];
    const source = from.get(directory);
    const origins = origin === 'built-in' ? 'comes with tspin' : `installed${source ? ` from ${shownSource(source)}` : ''}`;
    const uses = [...(newApplication ? ['new'] : []), ...(addComponent ? ['add'] : [])].join(', ');
    return [line, `${' '.repeat(width)}${origins}; for: ${uses}; tags: ${tags.join(', ') || 'none'}`];
  });
}

export const install: Action<typeof installFlags> = async ({ flags }, context) => {
  const from = sourceOf(flags, context);
  const result = await installFrom(from, flags.upgrade, context);
  sayInstalled(result, context);
  return 0;
};

function sourceOf(
  { git, dir, tar, branch }: { readonly [name in 'git' | 'dir' | 'tar' | 'branch']: string | undefined },
  { cwd }: Context,
): InstalledFrom {
  if (git !== undefined) return branch === undefined ? { git } : { git, branch };
  if (dir !== undefined) return { dir: resolve(cwd, dir) };
  if (tar !== undefined) return { url: /^https?:/.test(tar) ? tar : resolve(cwd, tar) };
  throw new TspinError('missing-argument', '`tspin templates install` needs a source', {
    help: ['for example: tspin templates install --git https://github.com/spinframework/spin', 'or --dir FOLDER, or --tar FILE'],
  });
}

async function installFrom(from: InstalledFrom, upgrade: boolean, context: Context): Promise<InstallResult> {
  const { directory, dispose } = await fetchRepository(from);
  try {
    return await installTemplates(directory, { store: storeOf(context), from, upgrade });
  } finally {
    await dispose();
  }
}

function sayInstalled({ installed, kept }: InstallResult, { terminal }: Context): void {
  for (const { id, description } of installed) terminal.result(`Installed ${id}: ${description}`);
  for (const id of kept) terminal.talk(`${id} is installed already; --upgrade replaces it`);
  if (installed.length === 0) terminal.result('Nothing was installed.');
}

export const uninstall: Action<typeof noFlags> = async ({ arguments: [id] }, context) => {
  if (id === undefined) {
    throw new TspinError('missing-argument', '`tspin templates uninstall` needs the id of a template', {
      help: '`tspin templates list` shows them',
    });
  }
  await uninstallTemplate(storeOf(context), id);
  context.terminal.result(`Uninstalled ${id}`);
  return 0;
};

/** Every source is asked once, and all of its templates that are installed are replaced. */
export const upgrade: Action<typeof noFlags> = async (_, context) => {
  const sources = new Map<string, InstalledFrom>();
  for (const { from, id } of await installedTemplates(storeOf(context))) {
    if (from) sources.set(JSON.stringify(from), from);
    else context.terminal.talk(`${id} has no record of where it came from, and stays as it is`);
  }
  if (sources.size === 0) context.terminal.result('There is nothing to upgrade: no templates are installed.');
  for (const from of sources.values()) sayInstalled(await installFrom(from, true, context), context);
  return 0;
};
