import { defineCommand, type Command, type Flags } from '../command.ts';

export const listFlags = {
  tag: {
    kind: 'list',
    placeholder: 'TAG',
    example: 'http',
    about: 'Only templates with this tag; with all of them when given twice',
  },
  verbose: { kind: 'switch', about: 'Show where each comes from, what it is for and its tags' },
  json: { kind: 'switch', about: 'Print them as JSON' },
} as const satisfies Flags;

export const installFlags = {
  git: {
    kind: 'value',
    placeholder: 'URL',
    example: 'https://github.com/spinframework/spin',
    conflicts: ['dir', 'tar'],
    about: 'Clone a repository, with the program git',
  },
  branch: { kind: 'value', placeholder: 'NAME', example: 'main', about: 'The branch or tag to clone' },
  dir: {
    kind: 'value',
    placeholder: 'DIR',
    example: '../my-templates',
    conflicts: ['tar'],
    about: 'Take a folder with templates/',
  },
  tar: { kind: 'value', placeholder: 'FILE', example: 'templates.tar.gz', about: 'Unpack an archive, with the program tar' },
  upgrade: { kind: 'switch', aliases: ['update'], about: 'Replace templates that are installed already' },
} as const satisfies Flags;

export const noFlags = {} as const satisfies Flags;

const common = { alias: '', details: [], arguments: [], notServed: {} } as const;

const subcommands: readonly Command[] = [
  defineCommand({
    ...common,
    name: 'templates list',
    about: 'List the templates: those of this package and the installed ones',
    usage: '[OPTIONS]',
    flags: listFlags,
    load: async () => (await import('../actions/templates.ts')).list,
  }),
  defineCommand({
    ...common,
    name: 'templates install',
    about: 'Install the templates of a repository, for tspin and for Spin',
    usage: '[OPTIONS]',
    details: ['They are the folders templates/<id> of the repository. They are kept where Spin keeps its own.'],
    flags: installFlags,
    load: async () => (await import('../actions/templates.ts')).install,
  }),
  defineCommand({
    ...common,
    name: 'templates uninstall',
    about: 'Remove an installed template',
    usage: 'ID',
    flags: noFlags,
    arguments: ['ID'],
    load: async () => (await import('../actions/templates.ts')).uninstall,
  }),
  defineCommand({
    ...common,
    name: 'templates upgrade',
    about: 'Install all installed templates again from where they came',
    usage: '',
    flags: noFlags,
    load: async () => (await import('../actions/templates.ts')).upgrade,
  }),
];

export const templatesCommand: Command = defineCommand({
  ...common,
  name: 'templates',
  alias: 'template',
  about: 'List and install templates for new apps and components',
  usage: '<COMMAND> [OPTIONS]',
  flags: noFlags,
  subcommands,
  // Never reached: a command with subcommands only passes on.
  load: () => Promise.resolve(() => Promise.resolve(2)),
});
