// fermyon:spin/sqlite without a version: connections are numbers.
import { err, ok } from '../../wit/types.ts';
import { provide, type Provided } from '../interface.ts';
import { sqliteV1 } from './declarations.ts';
import { closeConnection, openConnection, queryAll, type SqliteState } from './guest-databases.ts';

export const spinV1: Provided<SqliteState> = provide<SqliteState>()(sqliteV1, {
  open: (state, label) => {
    const opened = openConnection(state, label);
    if (opened.tag === 'err') return opened;
    const number = freeNumber(state);
    state.numbered.set(number, opened.val);
    return ok(number);
  },
  execute: ({ numbered }, number, sql, parameters) => {
    const connection = numbered.get(number);
    return connection ? queryAll(connection, sql, parameters) : err({ tag: 'invalid-connection' });
  },
  close: (state, number) => {
    const connection = state.numbered.get(number);
    state.numbered.delete(number);
    if (connection) closeConnection(state, connection);
  },
});

/** The lowest, as in Spin's table. */
function freeNumber({ numbered }: SqliteState): number {
  let number = 0;
  while (numbered.has(number)) number += 1;
  return number;
}
