// `tspin new`: asks for what was not given, and says what to do with the new app.
import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';

import { createApp } from '../../dev/templates/new-app.ts';
import { builtInTemplates, findTemplate, listTemplates } from '../../dev/templates/template.ts';
import { TspinError } from '../../errors.ts';
import type { Action, Context, Input } from '../command.ts';
import type { newFlags } from '../commands/new.ts';
import { parsePairs } from '../values.ts';

export const newApp: Action<typeof newFlags> = async (input, context) => {
  const { flags } = input;
  const values = new Map([...(await valuesFromFile(flags['values-file'], context)), ...parsePairs('value', flags.value)]);
  const words = wordsOf(input, context);
  const template = words.template ?? (await askForTemplate(context));
  // Looked up before the name is asked for: a wrong template should not cost an answer.
  await findTemplate(builtInTemplates(), template);
  const name = words.name ?? (await askForName(context));
  const shownDirectory = flags.init ? '.' : (flags.output ?? name);
  const directory = resolve(context.cwd, shownDirectory);
  await createApp({
    name,
    template,
    directory,
    shownDirectory,
    values,
    cwd: context.cwd,
    ask: context.ask,
    acceptDefaults: flags['accept-defaults'],
    onRefusal: reason => context.terminal.warn(reason),
    versionControl: !flags['no-vcs'],
    overwrites: flags['allow-overwrite'],
  });
  context.terminal.result(nextSteps(template, relative(context.cwd, directory), context.env['npm_command'] === 'exec'));
  return 0;
};

interface Words {
  readonly template: string | undefined;
  readonly name: string | undefined;
}

/** Takes Spin 1's `new TEMPLATE NAME` too, as Spin does, with a note. */
function wordsOf({ flags, arguments: words }: Input<typeof newFlags>, { terminal }: Context): Words {
  const [first, second] = words;
  if (second === undefined) return { template: flags.template, name: first };
  if (flags.template !== undefined) {
    throw new TspinError('unexpected-argument', `\`tspin new\` takes one name, and got "${first}" and "${second}"`, {
      help: `for example: tspin new -t ${flags.template} ${second}`,
    });
  }
  terminal.talk(`Taking "${first}" for the template; it is now written: tspin new -t ${first} ${second}`);
  return { template: first, name: second };
}

/** A template without components has nothing to build or serve. */
function nextSteps(template: string, directory: string, isRunByNpx: boolean): string {
  const cd = directory === '' ? '' : `cd ${directory} && `;
  const tspin = isRunByNpx ? 'npx tspin' : 'tspin';
  const what =
    template === 'http-empty' ? `add a component to spin.toml, then: ${tspin} up` : `${cd}${tspin} build && ${tspin} up`;
  return `Made the app in ${directory === '' ? 'this folder' : directory}. Next: ${what}`;
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

async function askForTemplate({ ask, terminal }: Context): Promise<string> {
  const templates = await listTemplates(builtInTemplates());
  if (!ask) {
    throw new TspinError('missing-argument', '`tspin new` needs a template', {
      help: ['for example: tspin new -t http-ts hello', `the templates are: ${templates.map(({ id }) => id).join(', ')}`],
    });
  }
  for (const { id, description } of templates) terminal.talk(`  ${id.padEnd(12)} ${description}`);
  return (await ask(`Template [${defaultTemplate}]: `)).trim() || defaultTemplate;
}

const defaultTemplate = 'http-ts';

async function askForName({ ask }: Context): Promise<string> {
  if (ask) return (await ask('Name of the app: ')).trim();
  throw new TspinError('missing-argument', '`tspin new` needs a name for the app', {
    help: 'for example: tspin new -t http-ts hello',
  });
}
