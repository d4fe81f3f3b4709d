// Mistakes with `tspin new`, `tspin add` and `tspin templates`.
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { isRoot } from './place.ts';
import type { Mistake } from './mistake.ts';

const manifest = `spin_manifest_version = 2
[application]
name = "hello"
[[trigger.http]]
route = "/..."
component = "hello"
[component.hello]
source = "hello.wasm"
`;

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
  {
    name: 'a component is added under an id that is taken',
    argv: ['add', '-t', 'http-ts', 'hello'],
    exit: 1,
    files: { 'spin.toml': manifest },
  },
  {
    name: 'a component is added to a manifest of version 1',
    argv: ['add', '-t', 'http-ts', 'more'],
    exit: 1,
    files: { 'spin.toml': 'spin_manifest_version = "1"\nname = "old"\n' },
  },
  {
    name: 'a component is added where there is no app',
    argv: ['add', '-t', 'http-ts', 'more'],
    exit: 1,
  },
  {
    name: 'a template that only makes apps is added',
    argv: ['add', '-t', 'http-empty', 'more'],
    exit: 1,
    files: { 'spin.toml': manifest },
  },
  {
    name: 'a component is added to a folder that may not be written to',
    argv: ['add', '-t', 'http-ts', '--file', 'app', '-o', '../more', 'more'],
    exit: 1,
    asNobody: true,
    files: { 'app/spin.toml': manifest },
    arrange: ({ app }) => {
      // Whoever removes the case's folder afterwards may need to write here: only root runs it, as nobody.
      if (isRoot) chmodSync(join(app, 'app'), 0o555);
      return {};
    },
    skip: isRoot ? undefined : 'only root can lay a folder that the user may not write to and take it away again',
  },
  { name: 'templates has no such command', argv: ['templates', 'instal'], exit: 2 },
  { name: 'templates are installed from nowhere', argv: ['templates', 'install'], exit: 2 },
  { name: 'templates are installed from a folder without any', argv: ['templates', 'install', '--dir', '.'], exit: 1 },
  { name: 'templates are cloned from what is no repository', argv: ['templates', 'install', '--git', './nothing'], exit: 1 },
  { name: 'a template that is not installed is uninstalled', argv: ['templates', 'uninstall', 'http-ts'], exit: 1 },
  {
    name: 'the store of templates is a file',
    argv: ['templates', 'install', '--dir', '.'],
    exit: 1,
    files: { 'templates/mine/metadata/spin-template.toml': 'manifest_version = "1"\nid = "mine"\n', data: 'no folder\n' },
    env: { SPIN_DATA_DIR: 'data' },
  },
];
