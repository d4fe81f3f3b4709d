// MySQL, in every version of its interface: the checks of Spin, then `connection-failed`, since there is no client yet.
import { err, type Result } from '../../wit/types.ts';
import { provide, type HostInterface } from '../interface.ts';
import { serverInterface, shownAddress, unreachable, type ServerAccess } from '../outbound/server-access.ts';
import { mysqlV1, mysqlV2, mysqlV3 } from './declarations.ts';

interface ConnectionFailed {
  readonly tag: 'connection-failed';
  readonly val: string;
}

const failed = (val: string): Result<never, ConnectionFailed> => err({ tag: 'connection-failed', val });

/** The address is told as the guest gave it, with user and password, as in Spin (spin-behaviour 3.6). */
async function open(access: ServerAccess, address: string): Promise<Result<never, ConnectionFailed>> {
  const destination = await access.allow(address);
  if (!destination) return failed(`address ${address} is not permitted`);
  if (!/^mysql:\/\//i.test(address)) return failed('the address is not a MySQL URL: it has to begin with mysql://');
  return failed(access.notServed(shownAddress(destination)));
}

const connections = {
  '[static]connection.open': open,
  '[method]connection.query': unreachable,
  '[method]connection.execute': unreachable,
} as const;

export const mysql = (): HostInterface<ServerAccess> =>
  serverInterface('mysql', { name: 'MySQL', scheme: 'mysql' }, [
    provide<ServerAccess>()(mysqlV1, { query: open, execute: open }),
    provide<ServerAccess>()(mysqlV2, connections),
    provide<ServerAccess>()(mysqlV3, connections),
  ]);
