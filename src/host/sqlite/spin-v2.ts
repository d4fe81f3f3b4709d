// fermyon:spin/sqlite@2.0.0: connections are resources.
import { provide, type Provided } from '../interface.ts';
import { sqliteV2 } from './declarations.ts';
import { closeConnection, openConnection, queryAll, type SqliteState } from './guest-databases.ts';

export const spinV2: Provided<SqliteState> = provide<SqliteState>()(
  sqliteV2,
  {
    '[static]connection.open': openConnection,
    '[method]connection.execute': (_, connection, sql, parameters) => queryAll(connection, sql, parameters),
  },
  { connection: closeConnection },
);
