import { defineCommand, type Flags } from '../command.ts';

export const doctorFlags = {
  from: {
    kind: 'value',
    short: 'f',
    aliases: ['from-file', 'file'],
    placeholder: 'PATH',
    example: '../app/spin.toml',
    about: 'The spin.toml, or the folder that holds it; by default that of the current folder',
  },
  fix: { kind: 'switch', about: 'Cure what can be cured, without asking' },
  json: { kind: 'switch', about: 'Print the findings as JSON' },
  'runtime-config-file': {
    kind: 'value',
    env: 'RUNTIME_CONFIG_FILE',
    placeholder: 'FILE',
    example: 'runtime-config.toml',
    about: 'The file that `tspin up` is given',
  },
  'state-dir': { kind: 'value', placeholder: 'DIR', example: '.spin', about: 'The folder of stores that `tspin up` is given' },
  listen: {
    kind: 'value',
    env: 'SPIN_HTTP_LISTEN_ADDR',
    placeholder: 'ADDRESS',
    example: '127.0.0.1:3000',
    about: 'Where `tspin up` is to listen',
  },
} as const satisfies Flags;

export const doctorCommand = defineCommand({
  name: 'doctor',
  alias: '',
  about: 'Find what is wrong with an app, and cure it',
  usage: '[OPTIONS]',
  details: ['The exit code is 0 when nothing is found or left, and 1 else.'],
  flags: doctorFlags,
  arguments: [],
  notServed: {},
  load: async () => (await import('../actions/doctor.ts')).doctor,
});
