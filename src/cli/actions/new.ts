// `tspin new`: asks for what was not given, and says what to do with the new app.
import { relative, resolve } from 'node:path';

import { findTemplate } from '../../dev/templates/library.ts';
import { createApp } from '../../dev/templates/new-app.ts';
import type { Action } from '../command.ts';
import type { newFlags } from '../commands/new.ts';
import { askForName, chooseTemplate, libraryOf, valuesOf, wordsOf } from '../template-words.ts';

export const newApp: Action<typeof newFlags> = async (input, context) => {
  const { flags } = input;
  const library = libraryOf(context);
  const values = await valuesOf(flags, context);
  const words = wordsOf('new', flags.template, input.arguments, context);
  const template = words.template ?? (await chooseTemplate({ purpose: 'new', tags: flags.tag, library }, context));
  // Looked up before the name is asked for: a wrong template should not cost an answer.
  await findTemplate(library, template, 'new');
  const name = words.name ?? (await askForName('new', context));
  const shownDirectory = flags.init ? '.' : (flags.output ?? name);
  const directory = resolve(context.cwd, shownDirectory);
  const files = await createApp({
    name,
    template,
    library,
    directory,
    shownDirectory,
    values,
    cwd: context.cwd,
    ask: context.ask,
    acceptDefaults: flags['accept-defaults'],
    onRefusal: reason => context.terminal.warn(reason),
    versionControl: !flags['no-vcs'],
    overwrites: flags['allow-overwrite'],
    targetEnvironments: flags['target-environment'],
  });
  if (flags['target-environment'].length > 0)
    context.terminal.talk('The target environments are in spin.toml; `spin build` checks them, `tspin build` does not.');
  const isRunByNpx = context.env['npm_command'] === 'exec';
  const isEmpty = !files.some(file => file !== 'spin.toml' && file !== 'README.md' && file !== '.gitignore');
  context.terminal.result(nextSteps(isEmpty, relative(context.cwd, directory), isRunByNpx));
  return 0;
};

/** An app without sources has nothing to build or serve. */
function nextSteps(isEmpty: boolean, directory: string, isRunByNpx: boolean): string {
  const cd = directory === '' ? '' : `cd ${directory} && `;
  const tspin = isRunByNpx ? 'npx tspin' : 'tspin';
  const what = isEmpty ? `${cd}${tspin} add` : `${cd}${tspin} build && ${tspin} up`;
  return `Made the app in ${directory === '' ? 'this folder' : directory}. Next: ${what}`;
}
