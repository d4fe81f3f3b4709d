import { defineCommand, type Flags } from '../command.ts';

export const buildFlags = {
  from: {
    kind: 'value',
    short: 'f',
    aliases: ['from-file', 'file'],
    placeholder: 'PATH',
    example: '../app/spin.toml',
    about: 'The spin.toml, or the folder that holds it; by default the current folder or the nearest one above',
  },
  profile: {
    kind: 'value',
    placeholder: 'NAME',
    example: 'debug',
    about: 'Build this profile of the app',
  },
  'component-id': {
    kind: 'list',
    short: 'c',
    aliases: ['component'],
    placeholder: 'ID',
    example: 'hello',
    about: 'Build only these components',
  },
  force: { kind: 'switch', about: 'Build also what has not changed since its last build' },
  jobs: {
    kind: 'value',
    short: 'j',
    placeholder: 'N',
    example: '1',
    about: 'Components to build at once; as many as there are cores by default',
  },
  up: {
    kind: 'switch',
    short: 'u',
    takesRest: 'up',
    about: 'Start the app after the build; what follows are options of `tspin up`',
  },
} as const satisfies Flags;

export const buildCommand = defineCommand({
  name: 'build',
  alias: 'b',
  about: "Run the build commands of the app's components",
  usage: '[OPTIONS] [--up [UP OPTIONS]]',
  details: [],
  flags: buildFlags,
  arguments: [],
  notServed: {
    'skip-target-checks': { instead: 'leave it out: tspin makes no such checks' },
    'skip-generate-wits': { instead: 'leave it out: tspin generates none' },
  },
  load: async () => (await import('../actions/build.ts')).build,
});
