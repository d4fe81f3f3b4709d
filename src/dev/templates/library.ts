// The templates at hand: those of the package, and those that were installed. An installed one comes before ours of the same id.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { TspinError } from '../../errors.ts';
import { suggest } from '../../util/suggest.ts';
import { isTemplate, readTemplate, type Template } from './template.ts';

export interface TemplateLibrary {
  /** Absolute folder of the package's templates, one folder each. */
  readonly builtIn: string;
  /** Absolute folder of installed templates; undefined: none are looked for. It need not exist. */
  readonly installed: string | undefined;
}

export interface ListedTemplate extends Template {
  readonly origin: 'built-in' | 'installed';
}

export interface TemplateList {
  /** By id. */
  readonly templates: readonly ListedTemplate[];
  /** Installed templates that cannot be read: one of them must not keep the others from being used. */
  readonly damaged: readonly TspinError[];
}

/** The folder of the templates that come with tspin, in the repository as in the package. */
export const builtInTemplates = (): string => fileURLToPath(new URL('../../../templates', import.meta.url));

/** @param tags only templates that have all of them. */
export async function listTemplates(library: TemplateLibrary, tags: readonly string[] = []): Promise<TemplateList> {
  const byId = new Map<string, ListedTemplate>();
  for (const directory of await foldersIn(library.builtIn)) {
    const template = await readTemplate(directory, 'install tspin again');
    byId.set(template.id, { ...template, origin: 'built-in' });
  }
  const damaged: TspinError[] = [];
  for (const directory of library.installed === undefined ? [] : await foldersIn(library.installed)) {
    try {
      const template = await readTemplate(directory);
      byId.set(template.id, { ...template, origin: 'installed' });
    } catch (error) {
      if (!(error instanceof TspinError)) throw error;
      damaged.push(error);
    }
  }
  const templates = [...byId.values()]
    .filter(template => tags.every(tag => template.tags.includes(tag)))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return { templates, damaged };
}

/** What the template is wanted for. */
export type Purpose = 'new' | 'add';

/** Throws TspinError when there is none of that id, or it is not for that. */
export async function findTemplate(library: TemplateLibrary, id: string, purpose: Purpose): Promise<Template> {
  const { templates } = await listTemplates(library);
  const found = templates.find(template => template.id === id);
  const ids = templatesFor(purpose, templates).map(template => template.id);
  const list = `the templates are: ${ids.join(', ')}`;
  if (!found) {
    const near = suggest(id, ids);
    throw new TspinError('unknown-template', `there is no template "${id}"`, {
      help: [...(near === undefined ? [] : [`did you mean "${near}"?`]), list],
    });
  }
  if (ids.includes(id)) return found;
  const what = purpose === 'new' ? 'makes no new app: it adds to one, with `tspin add`' : 'cannot add to an app';
  throw new TspinError('unknown-template', `the template "${id}" ${what}`, { help: list });
}

export const templatesFor = (purpose: Purpose, templates: readonly ListedTemplate[]): readonly ListedTemplate[] =>
  templates.filter(({ newApplication, addComponent }) => (purpose === 'new' ? newApplication : addComponent));

/** Folders with a template in them; none when `directory` is not there. */
export async function foldersIn(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries
      .map(({ name }) => join(directory, name))
      .filter(isTemplate)
      .sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  }
}
