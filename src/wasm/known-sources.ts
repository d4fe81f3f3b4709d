// What was found out about a component's file, by what the file system says of it: a start need not read and hash tens of
// megabytes that have not changed. A file that is not exactly as it was is read again.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { AdapterName } from './adapter.ts';
import { textHash } from '../util/text-hash.ts';
import { marksOf, sameMarks, type FileMarks } from './file-marks.ts';

/** Where they are written down, in the cache. */
export const notesFolder = 'sources';

/** A file that changed this short a time ago may change again without its times showing it. */
const racyMs = 2_000;

export interface KnownSource {
  /** sha256 of the file, in hex. */
  readonly digest: string;
  /** With which it becomes a component. */
  readonly adapter: AdapterName | undefined;
}

interface Note extends KnownSource {
  readonly path: string;
  readonly marks: FileMarks;
}

/** What is known of the file; undefined when it has changed, or was never seen. Never rejects. */
export async function knownSource(cacheDirectory: string, path: string): Promise<KnownSource | undefined> {
  try {
    const note = JSON.parse(await readFile(noteFile(cacheDirectory, path), 'utf8')) as Note;
    const { marks } = await marksOf(path, 0);
    return note.path === path && sameMarks(marks, note.marks) ? { digest: note.digest, adapter: note.adapter } : undefined;
  } catch {
    return undefined;
  }
}

/** Call it before the file is read: gives what notes it afterwards. A cache that cannot be written to is left as it is. */
export async function noteSource(
  cacheDirectory: string,
  path: string,
  nowMs: number,
): Promise<(known: KnownSource) => Promise<void>> {
  const before = await marksOf(path, nowMs).catch(() => undefined);
  return async ({ digest, adapter }) => {
    if (!before || before.ageMs < racyMs) return;
    const file = noteFile(cacheDirectory, path);
    const making = join(dirname(file), `.${basename(file)}-${crypto.randomUUID()}`);
    const note: Note = { path, marks: before.marks, digest, adapter };
    try {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await writeFile(making, JSON.stringify(note));
      await rename(making, file);
    } catch {
      // Without it the next start reads the file again.
    }
  };
}

const noteFile = (cacheDirectory: string, path: string): string => join(cacheDirectory, notesFolder, `${textHash(path)}.json`);
