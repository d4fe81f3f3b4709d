// Where a store's file is: where the user wants it, or a private one that ends with the process.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { removeLeftovers, temporaryPrefix } from './leftovers.ts';
import { directoryError, type FilePlace } from './sqlite-failure.ts';
import { statePlace } from './used-files.ts';
import { keyValueFileName, type WriterFile } from './writer-file.ts';

export interface Location {
  readonly place: FilePlace;
  readonly lasts: WriterFile['lasts'];
  /** Takes away what does not outlive the process. */
  readonly remove: () => void;
}

/** Makes the folder for the file. `place` undefined: it is kept in memory. Throws TspinError. */
export function locate(place: FilePlace | undefined, temporaryDirectory: string = tmpdir()): Location {
  return place === undefined ? temporaryLocation(temporaryDirectory) : lastingLocation(place);
}

function lastingLocation(place: FilePlace): Location {
  const directory = dirname(place.path);
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw directoryError(error, directory, place);
  }
  return { place, lasts: 'disk', remove: () => {} };
}

/** A file rather than memory, because SQLite's memory databases cannot be shared between threads. Nothing is synced. */
function temporaryLocation(parent: string): Location {
  removeLeftovers(parent);
  let directory: string;
  try {
    // Mode 0700, and a name that nobody can guess.
    directory = mkdtempSync(join(parent, temporaryPrefix()));
  } catch (error) {
    throw directoryError(error, parent, statePlace(parent));
  }
  const erase = (): void => rmSync(directory, { recursive: true, force: true });
  process.once('exit', erase);
  return {
    place: statePlace(join(directory, keyValueFileName)),
    lasts: 'process',
    remove: () => {
      process.off('exit', erase);
      erase();
    },
  };
}
