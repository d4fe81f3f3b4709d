// `database-wal`: a file of a store is in SQLite's WAL mode, with which it is three files, and Spin would keep it so.
import { open } from 'node:fs/promises';
import { relative } from 'node:path';

import { keyValueStoresOf, sqliteDatabasesOf } from '../../../app/runtime-config-file.ts';
import { TspinError } from '../../../errors.ts';
import { systemReason } from '../../../util/system-error.ts';
import type { Diagnosis } from '../diagnosis.ts';

export const databaseInWalMode: Diagnosis = {
  name: 'database-wal',
  examine: async ({ runtimeConfig, stateDirectory, file }) => {
    const stores = [...keyValueStoresOf(runtimeConfig, stateDirectory), ...sqliteDatabasesOf(runtimeConfig, stateDirectory)];
    const paths = new Set(stores.flatMap(([, { path }]) => (path === undefined ? [] : [path])));
    const found = [];
    for (const path of paths) {
      if (!(await isInWalMode(path))) continue;
      const shown = relative(file.directory, path);
      found.push({
        message: `the database ${shown} is in WAL mode: it is in use, or whatever served it was killed; copied alone it may lack what was written last`,
        help: ['stop whatever serves the app, then: PRAGMA journal_mode = DELETE'],
        fix: { about: `put ${shown} back into one file`, apply: () => leaveWalMode(path, shown) },
      });
    }
    return found;
  },
};

/** Bytes 18 and 19 of a SQLite file are 2 in WAL mode (SQLite's file format, 1.3.3). */
async function isInWalMode(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  if (!file) return false;
  try {
    const header = new Uint8Array(20);
    const { bytesRead } = await file.read(header, 0, header.length, 0);
    const isSqlite = Buffer.from(header.subarray(0, 15)).toString('latin1') === 'SQLite format 3';
    return bytesRead === header.length && isSqlite && (header[18] === 2 || header[19] === 2);
  } finally {
    await file.close();
  }
}

async function leaveWalMode(path: string, shown: string): Promise<void> {
  const { default: Database } = await import('better-sqlite3');
  let mode: unknown;
  try {
    const database = new Database(path, { fileMustExist: true });
    try {
      mode = database.pragma('journal_mode = DELETE', { simple: true });
    } finally {
      database.close();
    }
  } catch (cause) {
    throw new TspinError('key-value-file-locked', `${shown} stays in WAL mode: ${systemReason(cause)}`, {
      help: 'stop whatever serves the app, and try again',
      cause,
    });
  }
  if (mode !== 'delete') throw new Error(`SQLite answered ${String(mode)}`);
}
