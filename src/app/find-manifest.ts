// Which manifest is meant, and its text (spin-behaviour 5): `-f`, else spin.toml here or in a folder above.
import { readFile, stat } from 'node:fs/promises';
import { dirname, extname, isAbsolute, join, relative, resolve } from 'node:path';

import { TspinError } from '../errors.ts';
import { systemReason } from '../util/system-error.ts';

export interface ManifestRequest {
  /** A file or folder, relative to `cwd`; undefined: look for spin.toml in `cwd` and above. */
  readonly from: string | undefined;
  readonly cwd: string;
}

export interface ManifestFile {
  /** Absolute. */
  readonly path: string;
  /** The folder that holds it, absolute: what the paths in it are relative to. */
  readonly directory: string;
  /** As messages show it: relative when it is below the working directory. */
  readonly shown: string;
  /** How many folders above the working directory it was found; 0 when in it or when given. */
  readonly parentsUp: number;
  /** It is no manifest but a Wasm file that is to be run without one. */
  readonly isWasm: boolean;
}

const manifestName = 'spin.toml';

/** Spin's limit on the search. */
const parentsMax = 19;

/** @throws TspinError `manifest-not-found`, `manifest-unreadable`, `manifest-not-served` */
export async function findManifest({ from, cwd }: ManifestRequest): Promise<ManifestFile> {
  if (from !== undefined) return manifestFile(await givenManifest(resolve(cwd, from), from), cwd, 0);
  for (let directory = resolve(cwd), parentsUp = 0; parentsUp <= parentsMax; parentsUp++) {
    const path = join(directory, manifestName);
    if ((await kindOf(path)) === 'file') return manifestFile(path, cwd, parentsUp);
    const isGitRoot = (await kindOf(join(directory, '.git'))) === 'directory';
    if (isGitRoot || directory === dirname(directory)) break;
    directory = dirname(directory);
  }
  const help = ['go to the folder of an app, or name it with -f', 'or make a new app: tspin new'];
  throw new TspinError('manifest-not-found', `there is no ${manifestName} in ${resolve(cwd)} or the folders above it`, { help });
}

/**
 * The manifest's text.
 * @throws TspinError `manifest-unreadable`
 */
export async function readManifest({ path, shown }: ManifestFile): Promise<string> {
  let bytes;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw unreadable(shown, error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new TspinError('manifest-unreadable', `${shown} is not UTF-8 text`, { help: 'save it as UTF-8', cause: error });
  }
}

async function givenManifest(path: string, from: string): Promise<string> {
  if (extname(path) === '.wat') {
    const help = 'turn it into Wasm, e.g. with `wasm-tools parse`, and give that to -f';
    throw new TspinError('manifest-not-served', `tspin does not read the text format of Wasm: ${from}`, { help });
  }
  const kind = await kindOf(path);
  if (kind === 'file') return path;
  if (kind === 'directory') {
    const inside = join(path, manifestName);
    if ((await kindOf(inside)) === 'file') return inside;
    throw new TspinError('manifest-not-found', `the folder ${from} has no ${manifestName}`, {
      help: 'name another folder or a file with -f',
    });
  }
  const message = kind === 'nothing' ? `there is no file or folder ${from}` : `${from} is neither a file nor a folder`;
  throw new TspinError('manifest-not-found', message, { help: `give -f the folder of an app, or its ${manifestName}` });
}

function manifestFile(path: string, cwd: string, parentsUp: number): ManifestFile {
  const fromCwd = relative(cwd, path);
  const isBelow = !fromCwd.startsWith('..') && !isAbsolute(fromCwd);
  return { path, directory: dirname(path), shown: isBelow ? fromCwd : path, parentsUp, isWasm: extname(path) === '.wasm' };
}

async function kindOf(path: string): Promise<'file' | 'directory' | 'other' | 'nothing'> {
  try {
    const stats = await stat(path);
    return stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other';
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return 'nothing';
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): TspinError {
  return new TspinError('manifest-unreadable', `${path} cannot be read: ${systemReason(error)}`, {
    help: 'check who may read it',
    cause: error,
  });
}
