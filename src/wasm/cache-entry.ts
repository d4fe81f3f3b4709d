// One entry of the cache: a folder of files and a manifest that tells what they were when they were written.
import { open, readFile, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from './cache-key.ts';
import { marksOf, sameMarks, type FileMarks, type LookedAt } from './file-marks.ts';
import type { TranspiledComponent } from './transpile-job.ts';

export const entryManifestName = 'manifest.json';
/** What the file system said of the files when they were compared. It is no part of the entry. */
const verifiedName = 'verified.json';
/** A file that changed this short a time ago may change again without its times showing it. */
const racyMs = 2_000;

interface FileRecord {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

interface EntryManifest {
  readonly component: TranspiledComponent;
  readonly files: readonly FileRecord[];
}

/** Seals a folder in which all files are written: adds the manifest. All is on disk then, for good. */
export async function sealEntry(directory: string, component: TranspiledComponent): Promise<void> {
  const names = (await readdir(directory)).toSorted();
  const files = await Promise.all(names.map(name => recordOf(directory, name)));
  const text = JSON.stringify({ component, files } satisfies EntryManifest);
  await writeFile(join(directory, entryManifestName), `${sha256(text)}\n${text}`);
  await Promise.all([...names, entryManifestName].map(name => writeThrough(join(directory, name))));
}

/** A machine that loses its power does not take it back. */
async function writeThrough(path: string): Promise<void> {
  await using file = await open(path, 'r+');
  await file.sync();
}

export type EntryState =
  | { readonly state: 'whole'; readonly component: TranspiledComponent }
  | { readonly state: 'absent' }
  /** A file is missing, shorter, longer or changed. */
  | { readonly state: 'damaged' };

/** Reads an entry and compares every file with the manifest, unless that was done and the file system says that it has not changed. */
export async function readEntry(directory: string, nowMs: number): Promise<EntryState> {
  if (!(await exists(directory))) return { state: 'absent' };
  try {
    const path = join(directory, entryManifestName);
    const looked = await marksOf(path, nowMs);
    const [verified, sealed] = await Promise.all([readVerified(directory), readFile(path, 'utf8')]);
    const [digest, text = ''] = sealed.split('\n', 2);
    const isVerified = sameMarks(looked.marks, verified[entryManifestName]);
    if (!isVerified && sha256(text) !== digest) return { state: 'damaged' };
    // What the digest covers was written by sealEntry: its shape need not be checked again.
    const manifest = JSON.parse(text) as EntryManifest;
    return (await isWhole(directory, manifest.files, { nowMs, looked, verified: isVerified ? verified : {} }))
      ? { state: 'whole', component: manifest.component }
      : { state: 'damaged' };
  } catch {
    // A file that is gone or cannot be read: the same as one that was changed.
    return { state: 'damaged' };
  }
}

/** By file name. */
type Verified = Readonly<Record<string, FileMarks>>;

interface LookedAtManifest {
  readonly nowMs: number;
  readonly looked: LookedAt;
  /** Nothing, when the manifest itself has changed since. */
  readonly verified: Verified;
}

async function isWhole(directory: string, files: readonly FileRecord[], manifest: LookedAtManifest): Promise<boolean> {
  const { nowMs, verified } = manifest;
  const looked = await Promise.all(files.map(({ name }) => marksOf(join(directory, name), nowMs)));
  if (files.every(({ name }, index) => sameMarks(looked[index]!.marks, verified[name]))) return true; // As many as files.
  const found = await Promise.all(files.map(({ name }) => recordOf(directory, name)));
  const whole = found.every((file, index) => {
    const expected = files[index];
    return file.bytes === expected?.bytes && file.sha256 === expected.sha256;
  });
  if (whole && [...looked, manifest.looked].every(({ ageMs }) => ageMs > racyMs)) {
    const marks = Object.fromEntries(files.map(({ name }, index) => [name, looked[index]!.marks]));
    marks[entryManifestName] = manifest.looked.marks;
    await writeFile(join(directory, verifiedName), JSON.stringify(marks)).catch(() => {});
  }
  return whole;
}

/** Nothing, when it was never written, is damaged, or cannot be read. */
async function readVerified(directory: string): Promise<Verified> {
  try {
    return JSON.parse(await readFile(join(directory, verifiedName), 'utf8')) as Verified;
  } catch {
    return {};
  }
}

/**
 * Notes that the entry was used just now, which keeps it from being removed first. A read-only cache can't note it. On the folder:
 * the files' own times tell whether they have changed.
 */
export async function markUsed(directory: string, nowMs: number): Promise<void> {
  const seconds = nowMs / 1000;
  await utimes(directory, seconds, seconds).catch(() => undefined);
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function recordOf(directory: string, name: string): Promise<FileRecord> {
  const data = await readFile(join(directory, name));
  return { name, bytes: data.length, sha256: sha256(data) };
}
