// Temporary stores that a killed process left behind. Their folders' names say whose they were: host, process, random part.
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** The host is in the name because containers may share the folder, and a process id is good for one of them only. */
const hostPrefix = (): string => `tspin-key-value-${encodeURIComponent(hostname())}-`;

/** What the name of a temporary store's folder begins with, for `mkdtemp`. */
export const temporaryPrefix = (processId: number = process.pid): string => `${hostPrefix()}${processId}-`;

/** Removes the folders of this user in `parent` whose process is gone. Never throws. */
export function removeLeftovers(parent: string): void {
  for (const name of namesIn(parent)) {
    const prefix = hostPrefix();
    if (!name.startsWith(prefix)) continue;
    const processId = /^(\d+)-/.exec(name.slice(prefix.length))?.[1];
    if (processId === undefined || isAlive(Number(processId))) continue;
    try {
      const path = join(parent, name);
      const found = lstatSync(path);
      if (found.isDirectory() && found.uid === process.getuid?.()) rmSync(path, { recursive: true, force: true });
    } catch {
      // Another start has just removed it, or it cannot be: a leftover is no reason not to start.
    }
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // What is wrong with the folder is told when a store is made in it.
    return [];
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and is somebody else's.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
