// Template and values -> files, folders and snippets, all in memory: nothing is written before everything is rendered.
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';

import { TspinError } from '../../errors.ts';
import { systemReason } from '../../util/system-error.ts';
import { LiquidError, renderLiquid, type Values } from './liquid.ts';
import type { Skips, Template, TemplateVariant } from './template.ts';

export interface RenderedFile {
  /** Relative to the app's folder. */
  readonly path: string;
  readonly content: string | Uint8Array;
  /** Permission bits of the template's file: a script stays executable. */
  readonly mode: number;
}

export interface RenderTemplateOptions {
  readonly values: Values;
  /** Whether .gitignore comes along. */
  readonly versionControl: boolean;
  readonly skips: Skips;
}

/** Throws TspinError `template-invalid`. */
export async function renderTemplate(template: Template, options: RenderTemplateOptions): Promise<readonly RenderedFile[]> {
  const files: RenderedFile[] = [];
  for (const { path, name } of await contentFiles(template)) {
    if (options.skips.files.includes(name)) continue;
    const file = await renderFile(path, name, options.values);
    if (options.versionControl || file.path !== '.gitignore') files.push(file);
  }
  return files;
}

interface ContentFile {
  /** Absolute. */
  readonly path: string;
  /** Relative to `content/`, with `/`. */
  readonly name: string;
}

/** None for a template of snippets alone. */
export async function contentFiles({ contentDirectory }: Template): Promise<readonly ContentFile[]> {
  if (!existsSync(contentDirectory)) return [];
  const entries = await readdir(contentDirectory, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
    .map(path => ({ path, name: relative(contentDirectory, path).split(sep).join('/') }));
}

/** The variant's snippets by kind. Throws TspinError `template-invalid`. */
export async function renderSnippets(
  template: Template,
  { snippets }: TemplateVariant,
  { values, skips }: RenderTemplateOptions,
): Promise<ReadonlyMap<string, string>> {
  const rendered = new Map<string, string>();
  for (const [kind, name] of snippets) {
    if (skips.snippets.includes(kind)) continue;
    const path = join(template.snippetsDirectory, name);
    rendered.set(kind, await inFile(path, async () => renderLiquid(await readSnippet(path), { values, escape: escapeQuoted })));
  }
  return rendered;
}

/** The empty folders that the template wants, where they belong. Throws TspinError `template-invalid`. */
export function renderOutputs({ outputs, directory }: Template, values: Values): Promise<readonly RenderedFolder[]> {
  return Promise.all(
    outputs.map(({ path, at }) =>
      inFile(directory, async () => {
        const rendered = renderLiquid(path, { values });
        refuseOutside(rendered);
        return { path: rendered, at };
      }),
    ),
  );
}

/** A template of anybody's writes into the new folder and nowhere else. */
function refuseOutside(path: string): void {
  if (isAbsolute(path) || path.split(/[\\/]/).includes('..')) throw new LiquidError(`"${path}" leads out of the folder`);
}

export interface RenderedFolder {
  readonly path: string;
  readonly at: 'component' | 'manifest';
}

async function readSnippet(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new LiquidError(systemReason(cause));
  }
}

async function renderFile(path: string, name: string, values: Values): Promise<RenderedFile> {
  const [bytes, { mode }] = await Promise.all([readFile(path), stat(path)]);
  return inFile(path, async () => {
    // `.tmpl` keeps a file from being taken for what its name says while it is a template. In paths `!!` stands for `|`,
    // which Windows does not allow in names.
    const target = renderLiquid(name.replace(/\.tmpl$/, '').replaceAll('!!', '|'), { values });
    refuseOutside(target);
    return { path: target, content: renderContent(target, bytes, values), mode: mode & 0o777 };
  });
}

/** Says in which file of the template something is wrong. */
async function inFile<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof LiquidError)) throw cause;
    throw new TspinError('template-invalid', `the template file ${path} cannot be rendered: ${cause.message}`, { cause });
  }
}

function renderContent(target: string, bytes: Uint8Array, values: Values): string | Uint8Array {
  const text = textOf(bytes);
  if (text === undefined) return bytes;
  const isQuoting = /\.(?:toml|json)$/.test(target);
  return renderLiquid(text, isQuoting ? { values, escape: escapeQuoted } : { values });
}

/** Undefined for a file that is not text, e.g. a picture: it is copied as it is. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A description with a quotation mark must not break the string that it is put into; TOML and JSON escape alike. */
const escapeQuoted = (text: string): string => JSON.stringify(text).slice(1, -1);
