// Where the default store's file is: Spin's file in the state directory, or a private one that ends with the process.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeLeftovers, temporaryPrefix } from './leftovers.ts';
import { directoryError } from './sqlite-failure.ts';
import { keyValueFileName, type WriterFile } from './writer-file.ts';

export interface Location {
  readonly path: string;
  readonly lasts: WriterFile['lasts'];
  /** Takes away what does not outlive the process. */
  readonly remove: () => void;
}

/** Makes the folder for the file. `stateDirectory` undefined: state is kept in memory. Throws TspinError. */
export function locateDefaultStore(stateDirectory: string | undefined, temporaryDirectory: string = tmpdir()): Location {
  return stateDirectory === undefined ? temporaryLocation(temporaryDirectory) : lastingLocation(stateDirectory);
}

function lastingLocation(directory: string): Location {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw directoryError(error, directory);
  }
  return { path: join(directory, keyValueFileName), lasts: 'disk', remove: () => {} };
}

/** A file rather than memory, because SQLite's memory databases cannot be shared between threads. Nothing is synced. */
function temporaryLocation(parent: string): Location {
  removeLeftovers(parent);
  let directory: string;
  try {
    // Mode 0700, and a name that nobody can guess.
    directory = mkdtempSync(join(parent, temporaryPrefix()));
  } catch (error) {
    throw directoryError(error, parent);
  }
  const erase = (): void => rmSync(directory, { recursive: true, force: true });
  process.once('exit', erase);
  return {
    path: join(directory, keyValueFileName),
    lasts: 'process',
    remove: () => {
      process.off('exit', erase);
      erase();
    },
  };
}
