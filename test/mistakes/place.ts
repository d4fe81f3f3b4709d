// Lays a case's files in a folder of its own, and describes folders so that two moments can be compared.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';
import type { Entry, Mistake, Place } from './mistake.ts';

export const nobody = 65_534;

/** True when the tests run as root, so that a case may run as nobody. */
export const isRoot: boolean = process.getuid?.() === 0;

export function layPlace(t: TestContext, { files = {}, asNobody }: Mistake): Place {
  const root = temporaryFolder(t);
  const place = { app: join(root, 'app'), home: join(root, 'home'), temporary: join(root, 'tmp') };
  for (const folder of Object.values(place)) {
    mkdirSync(folder);
    if (asNobody && isRoot) chownSync(folder, nobody, nobody);
  }
  // Nobody may look into what belongs to the tests' user.
  chmodSync(root, 0o755);
  for (const [name, entry] of Object.entries(files)) layEntry(join(place.app, name), entry);
  return place;
}

function layEntry(path: string, entry: Entry): void {
  mkdirSync(dirname(path), { recursive: true });
  if (typeof entry === 'string' || entry instanceof Uint8Array) writeFileSync(path, entry);
  else if (entry.kind === 'link') symlinkSync(entry.to, path);
  else if (entry.kind === 'folder') {
    mkdirSync(path);
    if (entry.mode !== undefined) chmodSync(path, entry.mode);
  } else {
    writeFileSync(path, entry.content);
    chmodSync(path, entry.mode);
  }
}

/** Every path below the place's folders with its kind, mode and contents, one a line. */
export function describePlace(place: Place, { rewritten, fillsCache }: Mistake): string {
  const lines = Object.entries(place)
    .flatMap(([name, folder]) => describeFolder(folder, name))
    // The user's cache may be there, empty: nothing of the app is in it.
    .filter(line => !/^home\/\.cache(\/tspin(\/components)?)? 40/.test(line))
    .filter(line => !(fillsCache && line.startsWith('home/.cache/tspin/components/')));
  return lines.map(line => (rewritten !== undefined && line.startsWith(`app/${rewritten} `) ? 'rewritten' : line)).join('\n');
}

function describeFolder(folder: string, shown: string): string[] {
  const names = readdirSync(folder).toSorted();
  return names.flatMap(name => {
    const path = join(folder, name);
    const stats = lstatSync(path);
    const line = `${shown}/${name} ${stats.mode.toString(8)}`;
    if (stats.isDirectory()) return [line, ...describeFolder(path, `${shown}/${name}`)];
    if (stats.isSymbolicLink()) return [`${line} -> ${readlinkSync(path)}`];
    return [`${line} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`];
  });
}
