// What happens to databases before a port opens: labels are checked, files looked at, `--sqlite` is run.
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { TspinError } from '../../errors.ts';
import type { App, Component, InitialSql, Label } from '../../app/app.ts';
import { suggest } from '../../util/suggest.ts';
import type { SqlDatabase, SqlOutcome, SqlStatement } from './messages.ts';
import type { SqlPool } from './sql-pool.ts';

/** @throws TspinError `unknown-database-label` */
export function checkLabels({ id, sqliteDatabases }: Component, known: App['sqliteDatabases']): void {
  for (const { name, at } of sqliteDatabases) {
    if (known.has(name)) continue;
    throw new TspinError('unknown-database-label', `component "${id}" uses the SQLite database "${name}", which is not defined`, {
      at,
      help: meantLabel(name, known),
    });
  }
}

function meantLabel(name: string, known: App['sqliteDatabases']): string {
  const near = suggest(name, [...known.keys()]);
  if (near !== undefined) return `did you mean "${near}"?`;
  return `the databases that exist are: ${[...known.keys()].join(', ')}; --runtime-config-file can define more`;
}

/** Looks at the file, or at where it is to be made. Throws TspinError `sqlite-database-unusable`. */
export async function checkDatabase(pool: SqlPool, label: string, database: SqlDatabase): Promise<void> {
  const { path } = database;
  if (path === undefined) return;
  const above = nearestAbove(path);
  if (!statSync(above).isDirectory()) throw unusable(label, path, `${above} is no folder`);
  // A database that is locked by another program for now is none the worse for it.
  const looked = existsSync(path) ? await run(pool, { database, sql: 'PRAGMA schema_version', parameters: [] }) : undefined;
  if (looked?.kind === 'failed' && !looked.reason.includes('locked')) throw unusable(label, path, looked.reason);
}

/** The nearest that exists of the folders in which the file is. */
function nearestAbove(path: string): string {
  const above = dirname(path);
  return existsSync(above) || above === path ? above : nearestAbove(above);
}

function unusable(label: string, path: string, reason: string): TspinError {
  return new TspinError('sqlite-database-unusable', `the SQLite database "${label}" at ${path} cannot be used: ${reason}`, {
    help:
      label === 'default'
        ? 'move the file away to start with an empty database, or choose another folder with --state-dir'
        : 'move the file away to start with an empty database, or name another one in the runtime configuration',
  });
}

/** Runs what `--sqlite` says, in order. Throws TspinError `initial-sqlite`. */
export async function runInitial(
  pool: SqlPool,
  initial: readonly InitialSql[],
  databases: App['sqliteDatabases'],
): Promise<void> {
  for (const { sql, label, flag } of initial) {
    const database = databases.get(label);
    if (!database) {
      throw new TspinError('initial-sqlite', `${flag} names the SQLite database "${label}", which is not defined`, {
        help: meantLabel(label, databases),
      });
    }
    const outcome = await run(pool, { database, sql, parameters: [], batch: true });
    if (outcome.kind === 'rows') continue;
    throw new TspinError('initial-sqlite', `${flag} failed on the database "${label}": ${outcome.reason}`, {
      help: 'correct the statement, or start without it; statements before the one that failed have been done',
    });
  }
}

/** On a connection of its own. */
async function run(pool: SqlPool, statement: SqlStatement): Promise<SqlOutcome> {
  const connection = pool.connection();
  const outcome = await new Promise<SqlOutcome>(resolve => pool.execute(connection, statement, resolve));
  pool.release(connection);
  return outcome;
}

/** For the checks above, in the order of the app's table. */
export function usedLabels(components: readonly Component[], initial: readonly InitialSql[]): ReadonlySet<string> {
  const listed: readonly Label[] = components.flatMap(({ sqliteDatabases }) => sqliteDatabases);
  return new Set([...listed.map(({ name }) => name), ...initial.map(({ label }) => label)]);
}
