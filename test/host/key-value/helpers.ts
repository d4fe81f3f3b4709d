// The store in a folder of its own, and other programs that use the same file.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openDefaultStore, type OpenStoreOptions } from './open-store.ts';
import type { SqliteStore } from '../../../src/host/key-value/sqlite-store.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

export interface FileStore {
  readonly folder: string;
  readonly path: string;
  readonly store: SqliteStore;
  readonly warnings: string[];
}

interface FileStoreOptions extends OpenStoreOptions {
  readonly folder?: string;
}

/** The default store in a folder of its own; a test may close it itself. */
export async function fileStore(t: TestContext, options: FileStoreOptions = {}): Promise<FileStore> {
  const warnings: string[] = [];
  const { folder = temporaryFolder(t), ...rest } = options;
  const store = await openDefaultStore(folder, warning => void warnings.push(warning), rest);
  t.after(() => store.close());
  return { folder, path: join(folder, 'sqlite_key_value.db'), store, warnings };
}

/** Another SQLite client, in another process: Python's. Gives what `script` prints; `db` is the open connection. */
export function withPython(path: string, script: string): string {
  const program = ['import sqlite3, sys', 'db = sqlite3.connect(sys.argv[1], timeout=5)', script, 'db.commit()'].join('\n');
  // By itself, it ends the process at 1 MiB of output.
  const run = spawnSync('python3', ['-c', program, path], { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  if (run.status !== 0) throw new Error(`python3 failed: ${run.error?.message ?? run.stderr}`);
  return run.stdout.trim();
}

/** Why tests with another SQLite client cannot run here, or false. */
export const withoutPython = (): string | false =>
  spawnSync('python3', ['-c', 'import sqlite3']).status === 0 ? false : 'python3 with sqlite3 is not installed';
