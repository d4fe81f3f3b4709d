// The entries of a directory, read from the host in small portions as the guest asks for them.
import type { Dir, Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';

import type { Directory } from './directory.ts';
import type { Shared } from './shared.ts';
import { typeOf } from './stat.ts';
import type { FilesystemState } from './state.ts';
import type { DirectoryEntry } from './vocabulary.ts';
import { decodeName } from './walk.ts';

export interface DirectoryEntryStream {
  /** Undefined at the end. `.` and `..` are not among them. */
  next(): Promise<DirectoryEntry | undefined>;
  dispose(): void;
}

/** Opens the entries of a directory, from the first. */
export async function entryStream(state: FilesystemState, directory: Directory): Promise<DirectoryEntryStream> {
  const entries = await openEntries(state, directory);
  const stream: DirectoryEntryStream = {
    next: () => entries.use(readEntry),
    dispose: () => {
      if (state.forget(stream)) entries.release();
    },
  };
  return state.keep(stream);
}

export async function openEntries(state: FilesystemState, directory: Directory): Promise<Shared<Dir>> {
  // Node's types do not know that names may be asked for as bytes.
  const options = { encoding: 'buffer' as BufferEncoding };
  return state.share(await opendir(directory.path, options));
}

/** Undefined at the end. */
export async function readEntry(entries: Dir): Promise<DirectoryEntry | undefined> {
  const entry = (await entries.read()) as Dirent<Buffer> | null;
  return entry ? { type: typeOf(entry), name: decodeName(entry.name) } : undefined;
}
