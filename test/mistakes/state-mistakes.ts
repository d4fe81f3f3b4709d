// Mistakes with the folders and files that tspin keeps state in.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { TestContext } from 'node:test';
import { soundApp } from './app-files.ts';
import { repository, type Arranged, type Mistake, type Place } from './mistake.ts';

const app = { files: soundApp, soundComponent: true, exit: 1 } as const;
const up = { ...app, argv: ['up', '--listen', '127.0.0.1:0'] } as const;

const keyValueFile = '.spin/sqlite_key_value.db';
const table =
  'CREATE TABLE spin_key_value (store TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (store, key))';

/** The app's key-value file, made with the given statement, and open. */
function openFile({ app }: Place, statement: string): Database.Database {
  mkdirSync(join(app, '.spin'), { recursive: true });
  return new Database(join(app, keyValueFile)).exec(statement);
}

function withFile(statement: string): (place: Place) => Arranged {
  return place => {
    openFile(place, statement).close();
    return {};
  };
}

/** By another process: closing any descriptor of the file, as comparing the folder does, would let go of this one's locks. */
async function holdLock(place: Place, t: TestContext): Promise<Arranged> {
  openFile(place, table).close();
  const script = `new (require('better-sqlite3'))(process.argv[1]).exec('BEGIN EXCLUSIVE'); console.log('held'); process.stdin.resume();`;
  const holder = spawn(process.execPath, ['-e', script, join(place.app, keyValueFile)], {
    cwd: repository,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => holder.kill());
  await once(holder.stdout, 'data');
  return {};
}

/** The state directory on a file system without room, which only the process sees. */
function fillDisk({ app }: Place): Arranged {
  const script = `mount -t tmpfs -o size=4k none "$0/.spin" && head -c 4096 /dev/zero > "$0/.spin/ballast" && exec "$@"`;
  const tspin = [process.execPath, join(repository, 'bin/tspin.js')];
  return { wrapper: ['unshare', '-m', 'sh', '-c', script, app, ...tspin] };
}

/** Why no such file system can be made here. */
function noMounts(): string | undefined {
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'mounting a full file system takes the right to unshare mounts, which root has on Linux';
  }
}

export const stateMistakes: readonly Mistake[] = [
  {
    ...up,
    name: 'the folder for state is a file',
    argv: ['up', '--listen', '127.0.0.1:0', '--log-dir', ''],
    files: { ...soundApp, '.spin': 'not a folder\n' },
  },
  { ...up, name: 'the folder for state and logs is a file', files: { ...soundApp, '.spin': 'not a folder\n' } },
  {
    ...up,
    name: '--state-dir may not be written to',
    argv: ['up', '--listen', '127.0.0.1:0', '--state-dir', 'state/shop', '--log-dir', ''],
    asNobody: true,
    soundComponent: false,
    fillsCache: true,
    files: { ...soundApp, state: { kind: 'folder', mode: 0o555 } },
  },
  { ...up, name: 'the key-value file is a text', files: { ...soundApp, [keyValueFile]: 'not a database\n'.repeat(100) } },
  {
    ...up,
    name: 'the key-value file has another table',
    arrange: withFile('CREATE TABLE spin_key_value (key TEXT, value TEXT)'),
    // To WAL and back: its header counts that.
    rewritten: keyValueFile,
  },
  { ...up, name: 'the key-value file is a folder', files: { ...soundApp, [keyValueFile]: { kind: 'folder' } } },
  { ...up, name: 'the key-value file is locked', arrange: holdLock },
  {
    ...up,
    name: 'the disk is full',
    files: { ...soundApp, '.spin': { kind: 'folder' } },
    arrange: fillDisk,
    skip: noMounts(),
  },
  {
    ...up,
    name: 'a pair for the store cannot be written',
    argv: ['up', '--listen', '127.0.0.1:0', '--key-value', 'greeting=hello'],
    arrange: withFile(
      `${table}; CREATE TRIGGER no_more BEFORE INSERT ON spin_key_value BEGIN SELECT RAISE(ABORT, 'the shop is closed'); END`,
    ),
    // To WAL and back: its header counts that.
    rewritten: keyValueFile,
  },
  {
    ...up,
    name: 'the folder for logs is a file',
    argv: ['up', '--listen', '127.0.0.1:0', '--log-dir', 'logs'],
    files: { ...soundApp, logs: 'not a folder\n' },
  },
];
