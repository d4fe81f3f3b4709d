// What the file system says of a file: while it says the same, the file's bytes are the same, and need not be read and hashed.
import { stat } from 'node:fs/promises';

/** Numbers as text: nanoseconds are too large for a JSON number. */
export interface FileMarks {
  readonly ino: string;
  readonly size: string;
  readonly modified: string;
  readonly changed: string;
}

export interface LookedAt {
  readonly marks: FileMarks;
  /** How long before it was looked at the file changed last, in milliseconds. */
  readonly ageMs: number;
}

/** `nowMs`: taken before. Rejects when there is no such file. */
export async function marksOf(path: string, nowMs: number): Promise<LookedAt> {
  const { ino, size, mtimeNs, ctimeNs, mtimeMs, ctimeMs } = await stat(path, { bigint: true });
  const marks = { ino: String(ino), size: String(size), modified: String(mtimeNs), changed: String(ctimeNs) };
  return { marks, ageMs: nowMs - Math.max(Number(mtimeMs), Number(ctimeMs)) };
}

export const sameMarks = (a: FileMarks, b: FileMarks | undefined): boolean =>
  b !== undefined && a.ino === b.ino && a.size === b.size && a.modified === b.modified && a.changed === b.changed;
