// The other SQLite client: Python's sqlite3 in a process of its own, at once or holding a lock for as long as a test wants.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';

export { withoutPython, withPython } from '../host/key-value/helpers.ts';

/** Spin's own statements: the table as spin-behaviour 4.2 has it, and a row with the value bound as BLOB. */
export const createSpinTable = `db.execute("""CREATE TABLE IF NOT EXISTS spin_key_value (
  store TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (store, key))""")`;

/** Python that sets a key of the store `default`; `value` is a Python expression, `b"bytes"` or `"text"`. */
export const setRow = (key: string, value: string): string =>
  `db.execute("INSERT INTO spin_key_value (store, key, value) VALUES ('default', '${key}', ?) ` +
  `ON CONFLICT (store, key) DO UPDATE SET value = excluded.value", (${value},))`;

/** Python that prints the type and the value under a key. */
export const printRow = (key: string): string =>
  `print(db.execute("SELECT typeof(value), value FROM spin_key_value WHERE store = 'default' AND key = '${key}'").fetchone())`;

const holder = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
db.execute("COMMIT")
`;

export interface Lock {
  /** Commits; resolves when that is done. */
  release(): Promise<void>;
}

/** Begins a write transaction in another process, which lasts until it is released or the test ends. */
export async function holdWriteLock(t: TestContext, path: string): Promise<Lock> {
  const child = spawn('python3', ['-c', holder, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  t.after(() => child.kill('SIGKILL'));
  const held = await Promise.race([once(child.stdout, 'data').then(() => true), ended.then(() => false)]);
  if (!held) throw new Error('python3 could not take the lock');
  return {
    release: async () => {
      child.stdin.end('\n');
      await ended;
    },
  };
}
