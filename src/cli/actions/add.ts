// `tspin add`: a new component in an app that there is.
import { resolve } from 'node:path';

import { findManifest } from '../../app/find-manifest.ts';
import { addComponent } from '../../dev/templates/add-component.ts';
import { findTemplate } from '../../dev/templates/library.ts';
import type { Action } from '../command.ts';
import type { addFlags } from '../commands/add.ts';
import { askForName, chooseTemplate, libraryOf, valuesOf, wordsOf } from '../template-words.ts';

export const add: Action<typeof addFlags> = async (input, context) => {
  const { flags } = input;
  const { cwd, terminal } = context;
  // As in Spin, no manifest of a folder above: it is changed, so it should be the one that was meant.
  const manifest = await findManifest({ from: flags.file ?? resolve(cwd, 'spin.toml'), cwd });
  const library = libraryOf(context);
  const values = await valuesOf(flags, context);
  const words = wordsOf('add', flags.template, input.arguments, context);
  const template = words.template ?? (await chooseTemplate({ purpose: 'add', tags: flags.tag, library }, context));
  await findTemplate(library, template, 'add');
  const name = words.name ?? (await askForName('add', context));
  const { folder } = await addComponent({
    name,
    template,
    library,
    manifest,
    output: flags.init ? '.' : (flags.output ?? name),
    values,
    cwd,
    ask: context.ask,
    acceptDefaults: flags['accept-defaults'],
    onRefusal: reason => terminal.warn(reason),
    versionControl: !flags['no-vcs'],
    // The app's own folder holds files by nature.
    overwrites: flags['allow-overwrite'] || flags.init,
  });
  const where = folder === undefined ? '' : ` in ${folder === '.' ? 'the folder of the app' : folder}`;
  terminal.result(`Added the component ${name}${where} to ${manifest.shown}. Next: tspin build && tspin up`);
  return 0;
};
