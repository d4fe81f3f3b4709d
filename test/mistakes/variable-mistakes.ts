// Mistakes with application variables and their values, as a user meets them.
import { manifest, soundApp, soundLines } from './app-files.ts';
import type { Entry, Mistake } from './mistake.ts';

const app = (files: Readonly<Record<string, Entry>>, ...lines: readonly string[]): Mistake['files'] => ({
  ...soundApp,
  'spin.toml': manifest(...soundLines, ...lines),
  ...files,
});

const required = ['[variables]', 'region = { default = "eu" }', 'api_key = { required = true }', 'token = { required = true }'];
const up = { exit: 1, argv: ['up'] } as const;

export const variableMistakes: readonly Mistake[] = [
  {
    ...up,
    name: 'required variables have no value',
    files: app({ '.env': 'API_KEY=without the prefix\n' }, ...required),
    env: { SPIN_VARIABLE_APIKEY: 'x', SPIN_VARIABLE_TOKEN: 't' },
  },
  {
    ...up,
    name: 'the variable of an option is misspelt',
    argv: ['up', '--variable', 'tokn=t', '--variable', 'api_key=k'],
    files: app({}, ...required),
  },
  {
    ...up,
    name: 'a component uses a variable that the app does not have',
    files: app({}, 'variables = { where = "https://{{ regoin }}.example" }', ...required),
  },
  {
    ...up,
    name: 'a file of variables is not there',
    argv: ['up', '--variable', '@secrets.json'],
    files: app({}, ...required),
  },
  {
    ...up,
    name: 'the file of a variable may not be read',
    argv: ['up', '--variable', 'token=@token.txt'],
    asNobody: true,
    files: app({ 'token.txt': { kind: 'file', content: 'secret', mode: 0 } }, ...required),
  },
  {
    ...up,
    name: 'a file of variables has a number in it',
    argv: ['up', '--variable', '@values.toml'],
    files: app({ 'values.toml': 'token = "t"\nport = 8080\n' }, ...required),
  },
  {
    ...up,
    name: 'a file of variables is not JSON',
    argv: ['up', '--variable', '@values.json'],
    files: app({ 'values.json': '{\n  "token": "t",\n}\n' }, ...required),
  },
  {
    ...up,
    name: 'the runtime configuration is not there',
    argv: ['up', '--runtime-config-file', 'rc.toml'],
    files: app({}, ...required),
  },
  { exit: 2, name: 'a variable has no value on the command line', argv: ['up', '--variable', 'token'], files: app({}) },
];
