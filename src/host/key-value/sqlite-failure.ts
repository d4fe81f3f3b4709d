// What can go wrong with a key-value file, for three readers: the code that decides, the guest, and the user at start.
import { TspinError, type ErrorCode } from '../../errors.ts';
import { systemReason } from '../../util/system-error.ts';

/** A failure as plain data, because it crosses from the storage thread to the others. */
export interface SqliteFailure {
  /** SQLite's extended result code, e.g. `SQLITE_FULL` or `SQLITE_IOERR_WRITE`; `OTHER` for what is not SQLite's. */
  readonly code: string;
  readonly message: string;
}

export function failureOf(error: unknown): SqliteFailure {
  if (!(error instanceof Error)) return { code: 'OTHER', message: String(error) };
  return { code: 'code' in error && typeof error.code === 'string' ? error.code : 'OTHER', message: error.message };
}

/** Somebody else holds the file: no write of ours is to blame, and trying again would only wait as long again. */
export const isLock = ({ code }: SqliteFailure): boolean => code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED');

/** For the guest: SQLite's words (as from Spin), and what they mean here. */
export function failureText(failure: SqliteFailure): string {
  if (isLock(failure)) return `${failure.message}: another program is writing to the key-value file and does not finish`;
  if (failure.code === 'SQLITE_FULL') return `${failure.message}: the key-value file cannot grow`;
  return failure.message;
}

/** Where a file is, for the user at start. */
export interface FilePlace {
  /** Absolute. */
  readonly path: string;
  /** How another place is chosen, e.g. `choose another folder with --state-dir`. */
  readonly elsewhere: string;
  /** The same for a folder that cannot be made. */
  readonly writable: string;
}

interface StartFailure {
  readonly code: ErrorCode;
  readonly what: string;
  /** What to do; choosing another place may be added. */
  readonly help: string;
  readonly orElsewhere: boolean;
}

const damaged: StartFailure = {
  code: 'key-value-file-damaged',
  what: 'is not a key-value file, or is damaged',
  help: 'move the file away to start with an empty store',
  orElsewhere: true,
};
const unusable: StartFailure = {
  code: 'key-value-file-unusable',
  what: 'cannot be opened for writing',
  help: 'make the file and its folder writable for this user',
  orElsewhere: true,
};

/** Codes by their beginning; the first that fits. */
const startFailures: readonly (readonly [string, StartFailure])[] = [
  [
    'SQLITE_BUSY',
    {
      code: 'key-value-file-locked',
      what: 'is locked by another program',
      help: 'stop the program that holds it (a database browser with unsaved changes?), then start again',
      orElsewhere: false,
    },
  ],
  [
    'SQLITE_FULL',
    {
      code: 'key-value-disk-full',
      what: 'cannot grow',
      help: 'free some space on the disk',
      orElsewhere: true,
    },
  ],
  ['SQLITE_NOTADB', damaged],
  ['SQLITE_CORRUPT', damaged],
  // A statement that does not compile: a table of that name has other columns than Spin's.
  ['SQLITE_ERROR', damaged],
  ['SQLITE_', unusable],
];

/** For the user at start. A failure that is not SQLite's is a bug of ours and stays one. */
export function startError(failure: SqliteFailure, { path, elsewhere }: FilePlace): Error {
  const found = startFailures.find(([prefix]) => failure.code.startsWith(prefix))?.[1];
  if (!found) return new Error(`cannot open ${path}: ${failure.message}`);
  return new TspinError(found.code, `the key-value file ${path} ${found.what}: ${failure.message}`, {
    help: found.orElsewhere ? `${found.help}, or ${elsewhere}` : found.help,
  });
}

/** For the user at start: the folder that is to hold the file. */
export function directoryError(error: unknown, directory: string, { writable }: FilePlace): TspinError {
  return new TspinError('state-directory-unusable', `the folder for state ${directory} cannot be made: ${systemReason(error)}`, {
    help: writable,
    cause: error,
  });
}
