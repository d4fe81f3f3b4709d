// What `tspin new` and `tspin add` have in common: which template, which name, which values.
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';

import { builtInTemplates, listTemplates, templatesFor, type Purpose, type TemplateLibrary } from '../dev/templates/library.ts';
import { templateStore } from '../dev/templates/store.ts';
import { TspinError } from '../errors.ts';
import type { Context } from './command.ts';
import { parsePairs } from './values.ts';

export const storeOf = ({ env }: Context): string => templateStore({ env, platform: process.platform, home: homedir() });

export const libraryOf = (context: Context): TemplateLibrary => ({ builtIn: builtInTemplates(), installed: storeOf(context) });

export interface Words {
  readonly template: string | undefined;
  readonly name: string | undefined;
}

/** Takes Spin 1's `new TEMPLATE NAME` too, as Spin does, with a note. */
export function wordsOf(purpose: Purpose, template: string | undefined, words: readonly string[], { terminal }: Context): Words {
  const [first, second] = words;
  if (second === undefined) return { template, name: first };
  if (template !== undefined) {
    throw new TspinError('unexpected-argument', `\`tspin ${purpose}\` takes one name, and got "${first}" and "${second}"`, {
      help: `for example: tspin ${purpose} -t ${template} ${second}`,
    });
  }
  terminal.talk(`Taking "${first}" for the template; it is now written: tspin ${purpose} -t ${first} ${second}`);
  return { template: first, name: second };
}

export interface TemplateQuestion {
  readonly purpose: Purpose;
  readonly tags: readonly string[];
  readonly library: TemplateLibrary;
}

/** The only template with the tags, or the one that the user names. Throws TspinError when there is nobody to ask. */
export async function chooseTemplate({ purpose, tags, library }: TemplateQuestion, context: Context): Promise<string> {
  const { ask, terminal } = context;
  const templates = templatesFor(purpose, (await listTemplates(library, tags)).templates);
  const ids = templates.map(({ id }) => id);
  const [only] = ids;
  if (only === undefined) {
    throw new TspinError('unknown-template', `there is no template with the tag ${tags.map(tag => `"${tag}"`).join(' and ')}`, {
      help: '`tspin templates list --verbose` shows all tags',
    });
  }
  if (tags.length > 0 && ids.length === 1) return only;
  const preset = ids.includes(defaultTemplate) ? defaultTemplate : only;
  if (!ask) {
    throw new TspinError('missing-argument', `\`tspin ${purpose}\` needs a template`, {
      help: [`for example: tspin ${purpose} -t ${preset} hello`, `the templates are: ${ids.join(', ')}`],
    });
  }
  for (const { id, description } of templates) terminal.talk(`  ${id.padEnd(12)} ${description}`);
  return (await ask(`Template [${preset}]: `)).trim() || preset;
}

const defaultTemplate = 'http-ts';

export async function askForName(purpose: Purpose, { ask }: Context): Promise<string> {
  const what = purpose === 'new' ? 'app' : 'component';
  if (ask) return (await ask(`Name of the ${what}: `)).trim();
  throw new TspinError('missing-argument', `\`tspin ${purpose}\` needs a name for the ${what}`, {
    help: `for example: tspin ${purpose} -t http-ts hello`,
  });
}

export interface ValueFlags {
  readonly value: readonly string[];
  readonly 'values-file': string | undefined;
}

/** `--value` counts before `--values-file`. */
export async function valuesOf(flags: ValueFlags, context: Context): Promise<ReadonlyMap<string, string>> {
  return new Map([...(await valuesFromFile(flags['values-file'], context)), ...parsePairs('value', flags.value)]);
}

async function valuesFromFile(path: string | undefined, { cwd }: Context): Promise<readonly (readonly [string, string])[]> {
  if (path === undefined) return [];
  try {
    const { parse } = await import('smol-toml');
    const table = parse(await readFile(resolve(cwd, path), 'utf8'));
    return Object.entries(table).map(([key, value]) => {
      if (typeof value !== 'string') throw new Error(`the value of ${key} must be a string`);
      return [key, value];
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TspinError('option-invalid-value', `--values-file ${path} cannot be used: ${reason}`, {
      help: 'it is a TOML file with one line for each parameter, e.g. http-path = "/..."',
      cause,
    });
  }
}
