// The package as users get it: packed, installed in a folder of its own; and a copy without preemption checks, for one comparison.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { repository } from './guests.ts';

export interface PackageUnderTest {
  /** What `node` runs. */
  readonly launcher: string;
  /** The same package without preemption checks, or why there is none. */
  readonly unchecked: { readonly launcher: string } | { readonly reason: string };
  /** What `tspin up --help` prints: which flags this version has. */
  readonly help: string;
  readonly version: string;
}

const run = promisify(execFile);

/** `keep`: take what an earlier run installed, where there is something. */
export async function installPackage(work: string, keep: boolean): Promise<PackageUnderTest> {
  const folder = join(work, 'package');
  const installed = join(folder, 'node_modules', 'tspin');
  if (!keep || !existsSync(join(installed, 'bin', 'tspin.js'))) await packAndInstall(folder);
  const launcher = join(installed, 'bin', 'tspin.js');
  const { stdout: help } = await run(process.execPath, [launcher, 'up', '--help']);
  const { stdout: version } = await run(process.execPath, [launcher, '--version']);
  return { launcher, unchecked: withoutChecks(installed), help, version: version.trim() };
}

async function packAndInstall(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // npm runs its scripts on the Node that runs the bench.
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` };
  await run('npm', ['pack', '--pack-destination', folder], { cwd: repository, env });
  const [tarball] = globSync('*.tgz', { cwd: folder });
  if (tarball === undefined) throw new Error('npm pack made no tarball');
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  await run('npm', ['install', '--no-audit', '--no-fund', join(folder, tarball)], { cwd: folder, env });
}

/** The method that writes a check, as the sources name it: minified builds keep private names out, and then there is no copy. */
const checkMethod = /#check\((\w+)\)\s*\{/;

function withoutChecks(installed: string): PackageUnderTest['unchecked'] {
  const copy = `${installed}-unchecked`;
  rmSync(copy, { recursive: true, force: true });
  // Beside the package, so that it finds the same dependencies.
  cpSync(installed, copy, { recursive: true });
  const files = globSync('dist/**/*.js', { cwd: copy }).map(name => join(copy, name));
  const found = files.filter(path => checkMethod.test(readFileSync(path, 'utf8')));
  for (const path of found) {
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(new RegExp(checkMethod, 'g'), '$& return;'));
  }
  if (found.length > 0) return { launcher: join(copy, 'bin', 'tspin.js') };
  return { reason: 'the method that writes preemption checks was not found in the package' };
}
