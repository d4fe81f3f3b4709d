// What `--sqlite` gives: a statement for the default database, or a file of statements for one that is named (spin-behaviour 4.1).
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { TspinError } from '../errors.ts';
import { systemReason } from '../util/system-error.ts';
import type { InitialSql } from './app.ts';

const shownMax = 60;

/** Each text is SQL, or `@FILE` or `@FILE:LABEL` with a path relative to `cwd`. Throws TspinError `initial-sqlite`. */
export async function loadInitialSql(texts: readonly string[], cwd: string): Promise<readonly InitialSql[]> {
  const loaded: InitialSql[] = [];
  for (const text of texts) loaded.push(await loadOne(text, cwd));
  return loaded;
}

async function loadOne(text: string, cwd: string): Promise<InitialSql> {
  if (!text.startsWith('@')) return { sql: text, label: 'default', flag: `--sqlite ${JSON.stringify(shorten(text))}` };
  // Not at just any colon: a path on Windows has one.
  const [, file = '', label = 'default'] = /^@(.*?)(?::([a-z][\w-]*))?$/is.exec(text) ?? [];
  try {
    return { sql: await readFile(resolve(cwd, file), 'utf8'), label, flag: `--sqlite ${text}` };
  } catch (error) {
    throw new TspinError('initial-sqlite', `--sqlite ${text}: the file ${file} cannot be read: ${systemReason(error)}`, {
      help: 'give a file of SQL statements, relative to the current folder: --sqlite @migration.sql, or @migration.sql:label',
      cause: error,
    });
  }
}

const shorten = (text: string): string => (text.length <= shownMax ? text : `${text.slice(0, shownMax)}…`);
