// Template and values -> the files of the new app, all in memory: nothing is written before everything is rendered.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import { TspinError } from '../../errors.ts';
import { LiquidError, renderLiquid, type Values } from './liquid.ts';
import type { Template } from './template.ts';

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
}

/** Throws TspinError `template-invalid`. */
export async function renderTemplate(template: Template, options: RenderTemplateOptions): Promise<readonly RenderedFile[]> {
  const entries = await readdir(template.contentDirectory, { recursive: true, withFileTypes: true });
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  const files: RenderedFile[] = [];
  for (const path of paths.sort()) {
    const name = relative(template.contentDirectory, path);
    if (template.skipFiles.includes(name.split(sep).join('/'))) continue;
    const file = await renderFile(path, name, options.values);
    if (options.versionControl || file.path !== '.gitignore') files.push(file);
  }
  return files;
}

async function renderFile(path: string, name: string, values: Values): Promise<RenderedFile> {
  const [bytes, { mode }] = await Promise.all([readFile(path), stat(path)]);
  try {
    // `.tmpl` keeps a file from being taken for what its name says while it is a template. In paths `!!` stands for `|`,
    // which Windows does not allow in names.
    const target = renderLiquid(name.replace(/\.tmpl$/, '').replaceAll('!!', '|'), { values });
    return { path: target, content: renderContent(target, bytes, values), mode: mode & 0o777 };
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
