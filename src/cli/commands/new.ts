import { defineCommand, type Flags } from '../command.ts';

export const newFlags = {
  template: { kind: 'value', short: 't', placeholder: 'ID', example: 'http-ts', about: 'The template to start from' },
  output: {
    kind: 'value',
    short: 'o',
    placeholder: 'DIR',
    example: './hello',
    conflicts: ['init'],
    about: 'The folder to write to; by default one named after the app',
  },
  init: { kind: 'switch', about: 'Write to the current folder' },
  value: {
    kind: 'list',
    short: 'v',
    placeholder: 'KEY=VALUE',
    example: 'http-path=/api/...',
    about: "Set one of the template's parameters",
  },
  'values-file': {
    kind: 'value',
    placeholder: 'FILE',
    example: 'values.toml',
    about: 'Read parameters from a TOML file; --value overrides them',
  },
  'accept-defaults': { kind: 'switch', short: 'a', about: 'Ask nothing that has a default' },
  'no-vcs': { kind: 'switch', about: 'Leave out .gitignore' },
  'allow-overwrite': { kind: 'switch', about: 'Write into a folder that already holds files' },
} as const satisfies Flags;

export const newCommand = defineCommand({
  name: 'new',
  alias: 'n',
  about: 'Make a new app from a template',
  usage: '[OPTIONS] [NAME]',
  details: [
    'Templates:',
    '  http-ts      a request handler in TypeScript',
    '  http-rust    a request handler in Rust',
    '  http-empty   an app without triggers, to add components to',
  ],
  flags: newFlags,
  // Spin 1 had the template first: `spin new http-rust hello`.
  arguments: ['TEMPLATE', 'NAME'],
  notServed: {
    tag: { instead: 'name the template with -t' },
    'target-environment': {
      short: 'E',
      env: 'SPIN_NEW_DEFAULT_ENVIRONMENT',
      instead: 'leave it out: tspin makes no such checks',
    },
  },
  load: async () => (await import('../actions/new.ts')).newApp,
});
