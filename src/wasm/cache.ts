// Keeps transpiled components on disk, one folder each. Many processes use it at once without locks:
// a folder is made under another name and appears whole, and what is found damaged is made again.
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markUsed, readEntry, sealEntry } from './cache-entry.ts';
import { makingPrefix, pruneCache, removeEntry } from './cache-prune.ts';
import type { TranspiledComponent } from './transpile-job.ts';

export interface CacheOptions {
  /** Absolute; made when it does not exist. */
  readonly directory: string;
  readonly bytesMax: number;
  readonly nowMs: number;
  /** The cache cannot be used, for this reason; a temporary folder, which the caller is to remove, is used in its place. */
  readonly onUnusable: (reason: string, temporaryDirectory: string) => void;
}

export interface CachedComponent {
  readonly component: TranspiledComponent;
  /** Holds the component's files. */
  readonly directory: string;
  readonly origin: 'found' | 'made';
  /** The folder is not in the cache: whoever asked for it removes it. */
  readonly temporary: boolean;
}

/** Writes a component's files into an empty folder. */
type Make = (directory: string) => Promise<TranspiledComponent>;

/** The entry `key`, made by `make` when it is absent or damaged. Throws what `make` throws, and leaves nothing then. */
export async function findOrMake(key: string, options: CacheOptions, make: Make): Promise<CachedComponent> {
  const distrust = await distrustOf(options.directory);
  if (distrust !== undefined) return makeTemporary(distrust, options, make);
  const entry = join(options.directory, key);
  const found = await readEntry(entry, options.nowMs);
  if (found.state === 'whole') {
    await markUsed(entry, options.nowMs);
    return { component: found.component, directory: entry, origin: 'found', temporary: false };
  }
  let making: string;
  try {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    if (found.state === 'damaged') await removeEntry(options.directory, entry);
    making = await mkdtemp(join(options.directory, makingPrefix));
  } catch (error) {
    return makeTemporary(reasonOf(error), options, make);
  }
  try {
    const component = await make(making);
    await sealEntry(making, component);
    await publish(making, entry, options);
    await pruneCache(options.directory, options);
    return { component, directory: entry, origin: 'made', temporary: false };
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

/** How often another process may put a damaged entry in our way before that is a fault. */
const publishAttempts = 5;

/** Gives the finished folder its name. Another process may have been faster: its entry is as good as ours if it is whole. */
async function publish(making: string, entry: string, { directory, nowMs }: CacheOptions): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await rename(making, entry);
      return;
    } catch (error) {
      // Windows says EPERM where others say that the folder exists.
      const occupied = ['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(reasonOf(error));
      if (!occupied || attempt === publishAttempts) throw error;
    }
    if ((await readEntry(entry, nowMs)).state === 'whole') return;
    await removeEntry(directory, entry);
  }
}

/** The cache holds code: a folder into which somebody else can write must not be used. Undefined when it may be. */
export async function distrustOf(directory: string): Promise<string | undefined> {
  const found = await stat(directory).catch(() => undefined);
  if (found === undefined) return undefined;
  const uid = process.getuid?.();
  if (uid === undefined) return undefined;
  if (found.uid !== uid) return 'it belongs to another user';
  return (found.mode & 0o022) === 0 ? undefined : 'other users can write into it';
}

async function makeTemporary(reason: string, options: CacheOptions, make: Make): Promise<CachedComponent> {
  const directory = await mkdtemp(join(tmpdir(), 'tspin-components-'));
  try {
    options.onUnusable(reason, directory);
    return { component: await make(directory), directory, origin: 'made', temporary: true };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
