// Mistakes on the command line.
import { soundApp } from './app-files.ts';
import type { Mistake } from './mistake.ts';

/** Nothing of the app is looked at. */
const usage = { exit: 2 } as const;
/** The app is sound, and what is asked of it is not. */
const app = { files: soundApp, soundComponent: true, exit: 1 } as const;

export const commandLineMistakes: readonly Mistake[] = [
  { ...usage, name: 'a command is misspelt', argv: ['biuld'] },
  { ...usage, name: 'a command of Spin is not served', argv: ['deploy'] },
  { ...usage, name: 'an option is misspelt', argv: ['up', '--lisen', '127.0.0.1:0'] },
  { ...usage, name: 'an option does not exist', argv: ['up', '--xyzzy'] },
  { ...usage, name: 'an option of Spin is not served', argv: ['up', '--debug-info'] },
  { ...usage, name: 'an option has no value', argv: ['up', '--listen'] },
  { ...usage, name: 'a switch has a value', argv: ['up', '--quiet=yes'] },
  { ...usage, name: '--listen has no host', argv: ['up', '--listen', '3000'] },
  { ...usage, name: '-e has no equals sign', argv: ['up', '-e', 'GREETING'] },
  { ...usage, name: '--key-value has no equals sign', argv: ['up', '--key-value', 'greeting'] },
  { ...usage, name: 'two options exclude each other', argv: ['up', '--quiet', '--follow', 'cart'] },
  { ...usage, name: 'an argument is not expected', argv: ['up', 'cart.wasm'] },
  { ...app, name: '--follow names no component', argv: ['up', '--listen', '127.0.0.1:0', '--follow', 'crat'] },
  { ...app, name: '-c names no component', argv: ['up', '-c', 'crat'] },
];
