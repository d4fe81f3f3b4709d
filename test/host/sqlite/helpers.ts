// Databases of guests as a test meets them: one host interface alone, and values in short.
import { deepEqual } from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { SqlConnection } from '../../../src/host/sqlite/connection.ts';
import { sqliteV2, type WitValue } from '../../../src/host/sqlite/declarations.ts';
import { sqlite } from '../../../src/host/sqlite/sqlite.ts';
import type { Label } from '../../../src/app/app.ts';
import { bootHost, type StubOptions } from '../harness.ts';

export const label = (name: string): Label => ({ name, at: undefined });

export interface BootOptions extends StubOptions {
  /** The file of the database `default`; in memory without it. */
  readonly path?: string;
  readonly allowAttachFile?: boolean;
}

/** One component that may open `default`, unless other components are given. */
export async function bootSqlite(t: TestContext, { path, allowAttachFile = false, ...options }: BootOptions = {}) {
  const booted = await bootHost(sqlite, {
    components: [{ sqliteDatabases: [label('default')] }],
    ...options,
    app: { sqliteDatabases: new Map([['default', { path, allowAttachFile }]]), ...options.app },
  });
  t.after(() => booted.host.close?.());
  const guest = booted.functions(sqliteV2);
  const open = (name = 'default'): SqlConnection => opened(guest['[static]connection.open'](name));
  /** Rows, or the error's text. */
  const execute = async (connection: SqlConnection, sql: string, ...values: WitValue[]): Promise<unknown> => {
    const answer = await guest['[method]connection.execute'](connection, sql, values);
    if (answer.tag === 'err') return answer.val.tag === 'io' ? answer.val.val : answer.val.tag;
    return answer.val.rows.map(row => row.values.map(value => value.val ?? null));
  };
  return { ...booted, guest, open, execute };
}

export function opened(answer: { readonly tag: string; readonly val: unknown }): SqlConnection {
  deepEqual(answer.tag, 'ok');
  return answer.val as SqlConnection;
}

export const integer = (val: bigint): WitValue => ({ tag: 'integer', val });
export const text = (val: string): WitValue => ({ tag: 'text', val });

/** A statement that runs for as long as it is let. */
export const endless = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c';
