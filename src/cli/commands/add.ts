import { defineCommand, type Flags } from '../command.ts';
import { fromTemplateFlags } from './new.ts';

export const addFlags = {
  file: {
    kind: 'value',
    short: 'f',
    placeholder: 'PATH',
    example: '../app/spin.toml',
    about: 'The spin.toml to add to, or the folder that holds it; by default that of the current folder',
  },
  ...fromTemplateFlags,
} as const satisfies Flags;

export const addCommand = defineCommand({
  name: 'add',
  alias: 'a',
  about: 'Add a component from a template to an app',
  usage: '[OPTIONS] [NAME]',
  details: ['spin.toml keeps what it has, comments too. `tspin templates list` shows the templates.'],
  flags: addFlags,
  arguments: ['TEMPLATE', 'NAME'],
  notServed: {},
  load: async () => (await import('../actions/add.ts')).add,
});
