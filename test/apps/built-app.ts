// Apps built by their own build commands, once: the Wasm is kept in the guest cache under a hash of what it is built from.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, delimiter, dirname, join, relative } from 'node:path';
import type { TestContext } from 'node:test';
import { parseManifest } from '../../src/manifest/manifest.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { guestCache, repository } from './guests.ts';

/** What builds and servers make, and what is said to people. */
const notSources = new Set(['node_modules', 'build', 'dist', 'target', '.venv', '__pycache__', '.spin', 'README.md']);

export interface Build {
  /** Folders put before the PATH. */
  readonly path?: readonly string[];
}

/** A copy of the app with its components built. The first call for these sources runs `tspin build`: up to minutes. */
export function builtApp(t: TestContext, source: string, { path = [] }: Build = {}): string {
  const kept = join(guestCache, 'apps', `${basename(source)}-${keyOf(source)}`);
  if (!existsSync(kept)) build(source, kept, path);
  const folder = join(temporaryFolder(t), basename(source));
  copySources(source, folder);
  // After the sources, so that the Wasm is not older than they are.
  cpSync(kept, folder, { recursive: true });
  return folder;
}

function build(source: string, kept: string, path: readonly string[]): void {
  mkdirSync(dirname(kept), { recursive: true });
  const work = mkdtempSync(join(dirname(kept), 'building-'));
  try {
    const app = join(work, 'app');
    copySources(source, app);
    execFileSync(process.execPath, [join(repository, 'bin/tspin.js'), 'build', '-f', app], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: [...path, dirname(process.execPath), process.env['PATH']].join(delimiter) },
    });
    for (const wasm of sourcesOf(app)) {
      mkdirSync(dirname(join(work, 'kept', wasm)), { recursive: true });
      cpSync(join(app, wasm), join(work, 'kept', wasm));
    }
    if (!existsSync(kept)) renameSync(join(work, 'kept'), kept);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The components' files, relative to the app's folder. */
function sourcesOf(app: string): readonly string[] {
  const { components } = parseManifest(readFileSync(join(app, 'spin.toml'), 'utf8'), 'spin.toml');
  return [...components.values()].flatMap(({ source }) => (source.kind === 'file' ? [source.path] : []));
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !notSources.has(name) && !/^(?:app|main)\.wasm$/.test(name))
    .flatMap(entry => (entry.isDirectory() ? filesOf(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort();
}

function copySources(from: string, to: string): void {
  for (const file of filesOf(from)) {
    const target = join(to, relative(from, file));
    mkdirSync(dirname(target), { recursive: true });
    cpSync(file, target);
  }
}

function keyOf(folder: string): string {
  const hash = createHash('sha256');
  for (const file of filesOf(folder))
    hash
      .update(`${relative(folder, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** Why apps in Go cannot be built here; false when they can. */
export const noGo: string | false = spawnSync('go', ['version']).status === 0 ? false : 'Go is not installed';

/** Where the sysroot is that `scripts/build-guests.sh` makes; Rust for Wasm is built with it where rustup has no targets. */
const sysroot = join(guestCache, 'wasi');

export const hasRustForWasm: boolean =
  existsSync(join(sysroot, 'ready')) && spawnSync('rustup', ['which', '--toolchain', 'stable', 'rustc']).status === 0;

/** A folder with a `cargo` that can build for Wasm here. */
export function rustForWasm(t: TestContext): string {
  const folder = temporaryFolder(t);
  const target = join(guestCache, 'target-of-apps');
  const script = `#!/bin/bash
mkdir -p '${target}' && ln -sfn '${target}' target
exec '${repository}/scripts/toolchains/wasi-cargo.sh' '${sysroot}' "$@" -Zbuild-std=std,panic_abort
`;
  writeFileSync(join(folder, 'cargo'), script, { mode: 0o755 });
  return folder;
}
