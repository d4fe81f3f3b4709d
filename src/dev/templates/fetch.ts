// Brings a repository of templates into a folder: a clone by git, an unpacked archive by tar, or the folder itself.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { TspinError } from '../../errors.ts';
import type { InstalledFrom } from './store.ts';

export interface FetchedRepository {
  /** Holds `templates/`. */
  readonly directory: string;
  readonly dispose: () => Promise<void>;
}

/** A clone of what is far away may take this long. */
const timeoutMs = 10 * 60_000;

/** Throws TspinError `template-source-unusable`. */
export async function fetchRepository(from: InstalledFrom): Promise<FetchedRepository> {
  if ('dir' in from) {
    if (!(await isFolder(from.dir))) throw unusable(from.dir, 'there is no such folder');
    return { directory: from.dir, dispose: () => Promise.resolve() };
  }
  const work = await mkdtemp(join(tmpdir(), 'tspin-templates-'));
  const dispose = (): Promise<void> => rm(work, { recursive: true, force: true });
  try {
    const directory = join(work, 'repository');
    if ('git' in from) await clone(from, directory);
    else await unpack(from.url, directory);
    return { directory: await withTemplates(directory), dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function clone({ git, branch }: { readonly git: string; readonly branch?: string }, directory: string): Promise<void> {
  // After `--` nothing is taken for an option.
  const words = ['clone', '--quiet', '--depth', '1', ...(branch === undefined ? [] : ['--branch', branch]), '--', git, directory];
  return runTool('git', words, git);
}

async function unpack(archive: string, directory: string): Promise<void> {
  if (/^https?:/.test(archive)) throw unusable(archive, 'tspin fetches no archives: download it first, and name the file');
  await mkdir(directory, { recursive: true });
  await runTool('tar', ['-xf', archive, '-C', directory], archive);
}

async function runTool(tool: string, words: readonly string[], source: string): Promise<void> {
  try {
    await promisify(execFile)(tool, [...words], { timeout: timeoutMs });
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
      throw unusable(source, `the program ${tool} is not installed, or not on the PATH`);
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
    throw unusable(source, said.split('\n').at(-1) ?? '');
  }
}

/** An archive of a repository has one folder at its top, as GitHub makes them. */
async function withTemplates(directory: string): Promise<string> {
  if (await isFolder(join(directory, 'templates'))) return directory;
  const entries = await readdir(directory, { withFileTypes: true });
  const [only] = entries.filter(entry => entry.isDirectory());
  return only && entries.length === 1 ? join(directory, only.name) : directory;
}

const isFolder = async (path: string): Promise<boolean> =>
  stat(path).then(
    stats => stats.isDirectory(),
    () => false,
  );

const unusable = (source: string, reason: string): TspinError =>
  new TspinError('template-source-unusable', `no templates can be had from ${source}: ${reason}`);
