// Mistakes with SQLite databases: their files, and what --sqlite gives.
import { appWith, soundLines } from './app-files.ts';
import type { Mistake } from './mistake.ts';

const files = appWith([...soundLines, 'sqlite_databases = ["default"]']);
const up = { files, soundComponent: true, exit: 1 } as const;
const argv = ['up', '--listen', '127.0.0.1:0'] as const;

export const sqliteMistakes: readonly Mistake[] = [
  {
    ...up,
    name: 'the database is a text',
    argv,
    files: { ...files, '.spin/sqlite_db.db': 'not a database\n'.repeat(100) },
  },
  {
    ...up,
    name: 'the folder for the database is a file',
    argv: [...argv, '--log-dir', ''],
    files: { ...files, '.spin': 'no folder\n' },
  },
  {
    ...up,
    name: 'a database of the runtime configuration has no folder',
    argv: [...argv, '--runtime-config-file', 'config.toml', '--sqlite', '@more.sql:more'],
    files: {
      ...files,
      'more.sql': 'SELECT 1',
      'config.toml': '[sqlite_database.more]\ntype = "spin"\npath = "cart.wasm/more.db"\n',
    },
  },
  { ...up, name: 'a statement of --sqlite is not SQL', argv: [...argv, '--state-dir', '', '--sqlite', 'CREAT TABLE t (a)'] },
  {
    ...up,
    name: 'a file of --sqlite has a mistake in it',
    argv: [...argv, '--state-dir', '', '--sqlite', '@schema.sql'],
    files: { ...files, 'schema.sql': 'CREATE TABLE items (name TEXT);\nINSERT INTO item VALUES (1);\n' },
  },
  { ...up, name: 'a file of --sqlite is not there', argv: [...argv, '--sqlite', '@schema.sql:default'] },
  {
    ...up,
    name: 'a label of --sqlite is not defined',
    argv: [...argv, '--state-dir', '', '--sqlite', '@schema.sql:defualt'],
    files: { ...files, 'schema.sql': 'SELECT 1' },
  },
];
