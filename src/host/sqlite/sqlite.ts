// SQLite databases for guests: which component may open which label, and the processes in which statements run (ADR 019).
import type { MessagePort } from 'node:worker_threads';
import type { AppContext, ConfiguredHost, HostContext, HostInterface, SharedHost } from '../interface.ts';
import { Refusals } from '../refusals.ts';
import { closeAll, type SqliteState } from './guest-databases.ts';
import { connectToPool } from './pool-port.ts';
import { spinV1 } from './spin-v1.ts';
import { spinV2 } from './spin-v2.ts';
import { spinV3 } from './spin-v3.ts';
import { SqlClient } from './sql-client.ts';
import { SqlPool } from './sql-pool.ts';
import { checkDatabase, checkLabels, runInitial, usedLabels } from './start.ts';

export const sqlite: HostInterface<SqliteState> = {
  name: 'sqlite',
  provides: [spinV1, spinV2, spinV3],
  open,
  configure,
};

/** Checks labels and files and runs `--sqlite`. Throws TspinError. An app without databases starts no process. */
async function open({ app, components, warn }: AppContext): Promise<SharedHost | undefined> {
  for (const component of components) checkLabels(component, app.sqliteDatabases);
  if (usedLabels(components, app.initialSql).size === 0) return undefined;
  const pool = new SqlPool({ warn });
  pool.warmUp();
  try {
    await checkUsed(pool, { app, components });
    await runInitial(pool, app.initialSql, app.sqliteDatabases);
  } catch (error) {
    await pool.close();
    throw error;
  }
  return {
    connect: () => {
      const port = connectToPool(pool);
      return { data: port, transfer: [port] };
    },
    follow: async now => {
      for (const component of now.components) checkLabels(component, now.app.sqliteDatabases);
      await checkUsed(pool, now);
    },
    close: () => pool.close(),
  };
}

async function checkUsed(pool: SqlPool, { app, components }: Pick<AppContext, 'app' | 'components'>): Promise<void> {
  const used = usedLabels(components, app.initialSql);
  for (const [label, database] of app.sqliteDatabases) {
    if (used.has(label)) await checkDatabase(pool, label, database);
  }
}

function configure({ app, components, warn, shared }: HostContext): ConfiguredHost<SqliteState> {
  const allowed = new Map(components.map(({ id, sqliteDatabases }) => [id, new Set(sqliteDatabases.map(({ name }) => name))]));
  const client = shared === undefined ? undefined : new SqlClient(shared as MessagePort);
  const nothing: ReadonlySet<string> = new Set();
  const refusals = new Refusals({ what: 'SQLite database', list: 'sqlite_databases' }, warn);
  return {
    begin: invocation => ({
      allowed: allowed.get(invocation.component.id) ?? nothing,
      databases: app.sqliteDatabases,
      client,
      refused: label => refusals.tell(invocation, label),
      leaving: () => invocation.leaving?.(),
      open: new Set(),
      numbered: new Map(),
      streamedBytes: 0,
    }),
    end: closeAll,
    close: async () => client?.close(),
  };
}
