// Mistakes with the installation: a Node that is too old, a package that was damaged.
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';
import { repository, type Arranged, type Mistake, type Place } from './mistake.ts';

/** A Node on the PATH that has no JSPI; undefined when there is none. */
function findOldNode(): string | undefined {
  const paths = (process.env['PATH'] ?? '').split(delimiter).map(folder => join(folder, 'node'));
  return paths.find(
    path => existsSync(path) && Number(/^v(\d+)/.exec(execFileSync(path, ['-v'], { encoding: 'utf8' }))?.[1]) < 24,
  );
}

const oldNode = findOldNode();
const noOldNode = oldNode === undefined ? 'there is no Node older than 24 on the PATH' : undefined;

/** The launcher alone, where no package with a newer Node can be found. */
function loneLauncher(t: TestContext): string {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'bin'));
  for (const name of ['tspin.js', 'package.json']) copyFileSync(join(repository, 'bin', name), join(folder, 'bin', name));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  return join(folder, 'bin/tspin.js');
}

function onOldNode(_: Place, t: TestContext): Arranged {
  return { wrapper: [oldNode ?? '', loneLauncher(t)] };
}

/** tspin with one of its templates cut off. */
function withBrokenTemplate(_: Place, t: TestContext): Arranged {
  const folder = join(temporaryFolder(t), 'tspin');
  for (const name of ['bin', 'src', 'templates', 'package.json']) {
    cpSync(join(repository, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'templates/http-ts/metadata/spin-template.toml'), 'manifest_version = "1"\nid =');
  return { wrapper: [process.execPath, join(folder, 'bin/tspin.js')], hidden: folder };
}

export const packageMistakes: readonly Mistake[] = [
  { name: 'Node is too old and npm brought no other', argv: ['up'], exit: 1, arrange: onOldNode, skip: noOldNode },
  {
    name: 'TSPIN_NODE is not there',
    argv: ['up'],
    exit: 1,
    arrange: (place, t) => ({ ...onOldNode(place, t), env: { TSPIN_NODE: '/nowhere/node' } }),
    skip: noOldNode,
  },
  {
    name: 'TSPIN_NODE is no Node',
    argv: ['up'],
    exit: 1,
    files: { node: { kind: 'file', content: 'not a program\n', mode: 0o755 } },
    arrange: (place, t) => ({ ...onOldNode(place, t), env: { TSPIN_NODE: join(place.app, 'node') } }),
    skip: noOldNode,
  },
  { name: 'a template of the package is damaged', argv: ['new', '-t', 'http-ts', 'hello'], exit: 1, arrange: withBrokenTemplate },
];
