// Mistakes with `tspin new`.
import type { Mistake } from './mistake.ts';

export const newMistakes: readonly Mistake[] = [
  { name: 'a template is misspelt', argv: ['new', '-t', 'http-tss', 'hello'], exit: 1 },
  { name: 'no template is given and nobody can be asked', argv: ['new', 'hello'], exit: 2 },
  { name: 'the name of a new app is in camel case', argv: ['new', '-t', 'http-ts', 'helloWorld'], exit: 1 },
  { name: 'a template has no such parameter', argv: ['new', '-t', 'http-ts', '-v', 'http-pth=/a', 'hello'], exit: 1 },
  {
    name: 'a new app would go into a folder with files',
    argv: ['new', '-t', 'http-ts', 'hello'],
    exit: 1,
    files: { 'hello/notes.txt': 'keep me\n' },
  },
  {
    name: 'a new app would go where a file is',
    argv: ['new', '-t', 'http-ts', 'hello'],
    exit: 1,
    files: { hello: 'keep me\n' },
  },
  {
    name: 'a new app would go into a folder that may not be written to',
    argv: ['new', '-t', 'http-ts', 'hello'],
    exit: 1,
    asNobody: true,
    files: { hello: { kind: 'folder', mode: 0o555 } },
  },
];
