// Keeps the cache below its bound: what was used longest ago goes first.
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { QuickLook } from '../util/quick-look.ts';
import { notesFolder } from './known-sources.ts';
import { shellsFolder } from './shell/shell-store.ts';

/** Another process may be about to load what it found in the cache: nothing that was used within this time is removed. */
const youngMs = 60 * 60 * 1000;

/** A note on a source, or a shell, that is older is removed: it may not be needed again, and if it is it is made once more. */
const noteAgeMaxMs = 30 * 24 * 60 * 60 * 1000;

/** Folders in the making and folders being removed; what a killed process left of them is removed when it is old. */
export const makingPrefix = '.making-';
export const removedPrefix = '.removed-';

/** The name of an entry, also of those that earlier versions made; what is called otherwise is none. */
export const entryName: RegExp = /^[0-9a-f]{64}(?:[0-9a-f]{16})?$/;

export interface PruneOptions {
  readonly bytesMax: number;
  readonly nowMs: number;
}

interface CachedFolder {
  readonly path: string;
  readonly bytes: number;
  readonly usedMs: number;
}

export async function pruneCache(directory: string, { bytesMax, nowMs }: PruneOptions): Promise<void> {
  const names = await readdir(directory);
  const leftovers = names.filter(name => name.startsWith(makingPrefix) || name.startsWith(removedPrefix));
  for (const name of leftovers) await removeOld(join(directory, name), nowMs - youngMs);
  for (const folder of [join(directory, notesFolder), join(directory, shellsFolder)]) {
    for (const name of await readdir(folder).catch((): string[] => [])) await removeOld(join(folder, name), nowMs - noteAgeMaxMs);
  }
  const look = new QuickLook();
  const entries = await Promise.all(names.filter(name => entryName.test(name)).map(name => measure(join(directory, name), look)));
  let total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { path, bytes, usedMs } of entries.toSorted((a, b) => a.usedMs - b.usedMs)) {
    if (total <= bytesMax || nowMs - usedMs <= youngMs) return;
    await removeEntry(directory, path);
    total -= bytes;
  }
}

async function removeOld(path: string, beforeMs: number): Promise<void> {
  const made = await stat(path).catch(() => undefined);
  if (made && made.mtimeMs < beforeMs) await rm(path, { recursive: true, force: true });
}

/** Takes the entry away in one step, so that nobody sees half of it, then deletes it. Gone already is as good. */
export async function removeEntry(directory: string, entry: string): Promise<void> {
  const aside = join(directory, `${removedPrefix}${crypto.randomUUID()}`);
  try {
    await rename(entry, aside);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}

async function measure(path: string, look: QuickLook): Promise<CachedFolder> {
  const files = (await look.names(path)) ?? [];
  const stats = await Promise.all(files.map(file => look.stat(join(path, file))));
  const used = await look.stat(path);
  return { path, bytes: stats.reduce((sum, file) => sum + (file?.size ?? 0), 0), usedMs: used?.mtimeMs ?? 0 };
}
