import { defineCommand, type Flags } from '../command.ts';

/** The options that `tspin new` and `tspin add` share. */
export const fromTemplateFlags = {
  template: { kind: 'value', short: 't', placeholder: 'ID', example: 'http-ts', about: 'The template to start from' },
  tag: { kind: 'list', placeholder: 'TAG', example: 'http', about: 'Choose among the templates with this tag' },
  output: {
    kind: 'value',
    short: 'o',
    placeholder: 'DIR',
    example: './hello',
    conflicts: ['init'],
    about: 'The folder to write to; by default one of the name given',
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

export const newFlags = {
  ...fromTemplateFlags,
  'target-environment': {
    kind: 'list',
    short: 'E',
    env: 'SPIN_NEW_DEFAULT_ENVIRONMENT',
    placeholder: 'ENV',
    example: 'spin-up:3.4',
    about: "Write this environment to the manifest's targets, which only Spin checks",
  },
} as const satisfies Flags;

export const newCommand = defineCommand({
  name: 'new',
  alias: 'n',
  about: 'Make a new app from a template',
  usage: '[OPTIONS] [NAME]',
  details: [
    'Templates:',
    '  http-ts      a request handler in TypeScript',
    '  http-js      the same in JavaScript',
    '  http-rust    the same in Rust',
    '  http-py      the same in Python',
    '  http-go      the same in Go',
    '  http-empty   an app without components, for `tspin add`',
    '  kv-ts        a key-value store behind HTTP, in TypeScript',
    'and those installed with `tspin templates install`.',
  ],
  flags: newFlags,
  // Spin 1 had the template first: `spin new http-rust hello`.
  arguments: ['TEMPLATE', 'NAME'],
  notServed: {},
  load: async () => (await import('../actions/new.ts')).newApp,
});
