// Mistakes with `tspin build`.
import { appWith, soundLines } from './app-files.ts';
import type { Mistake } from './mistake.ts';

const build = (command: string, ...more: readonly string[]): Mistake['files'] =>
  appWith([...soundLines, '', '[component.cart.build]', `command = ${JSON.stringify(command)}`, ...more]);

export const buildMistakes: readonly Mistake[] = [
  { name: 'a build command fails', argv: ['build'], exit: 1, files: build("echo 'cart.rs: 3 mistakes' >&2; exit 3") },
  { name: 'the tool of a build command is not installed', argv: ['build'], exit: 1, files: build('spline-reticulator --fast') },
  { name: 'the folder of a build command is not there', argv: ['build'], exit: 1, files: build('true', 'workdir = "guest"') },
  { name: 'a build before serving fails', argv: ['up', '--build'], exit: 1, files: build('exit 3') },
  { name: 'build -c names no component', argv: ['build', '-c', 'crat'], exit: 1, files: build('true') },
];
