// PostgreSQL, in every version of its interface: the checks of Spin, then `connection-failed`, since there is no client yet.
import { err, type Result } from '../../wit/types.ts';
import { provide, type HostInterface } from '../interface.ts';
import { serverInterface, shownAddress, unreachable, type ServerAccess } from '../outbound/server-access.ts';
import { InvalidPostgresAddress, parsePostgresAddress, type PostgresHost } from './address.ts';
import { dropBuilder, newBuilder, setCaRoot, type ConnectionBuilder } from './connection-builder.ts';
import { postgresV1, postgresV2, postgresV3 } from './declarations.ts';
import { postgresV4 } from './declarations-4.ts';

interface ConnectionFailed {
  readonly tag: 'connection-failed';
  readonly val: string;
}
type Failed = Result<never, ConnectionFailed>;

const failed = (val: string): Failed => err({ tag: 'connection-failed', val });

/** Each host of the address has to be permitted (spin-behaviour 3.6). */
async function open(access: ServerAccess, address: string): Promise<Failed> {
  const hosts = hostsOf(address);
  if ('tag' in hosts) return hosts;
  let first: string | undefined;
  for (const one of hosts) {
    if (one.kind === 'unix') return failed('Unix sockets are not supported on WebAssembly');
    const place = placeOf(one);
    const destination = await access.allow(`postgres://${place}`);
    if (!destination) return failed(`address postgres://${place} is not permitted`);
    first ??= shownAddress(destination);
  }
  if (first === undefined) return failed('invalid configuration: the address names no host');
  return failed(access.notServed(first));
}

/** `host:port`, as in a URL. */
function placeOf({ host, port }: Extract<PostgresHost, { kind: 'tcp' }>): string {
  const isBare = host.includes(':') && !host.startsWith('[');
  return `${isBare ? `[${host}]` : host}${port === undefined ? '' : `:${port}`}`;
}

function hostsOf(address: string): readonly PostgresHost[] | Failed {
  try {
    return parsePostgresAddress(address);
  } catch (error) {
    if (error instanceof InvalidPostgresAddress) return failed(error.message);
    throw error;
  }
}

/** Spin does not check what is permitted here; there is no reason to leave this way open (docs/differences.md). */
const build = (access: ServerAccess, { address }: ConnectionBuilder): Promise<Failed> => open(access, address);

const connections = {
  '[static]connection.open': open,
  '[method]connection.query': unreachable,
  '[method]connection.execute': unreachable,
} as const;

export const postgres = (): HostInterface<ServerAccess> =>
  serverInterface('postgres', { name: 'PostgreSQL', scheme: 'postgres' }, [
    provide<ServerAccess>()(postgresV1, { query: open, execute: open }),
    provide<ServerAccess>()(postgresV2, connections),
    provide<ServerAccess>()(postgresV3, connections),
    provide<ServerAccess>()(
      postgresV4,
      {
        ...connections,
        '[static]connection.open-async': open,
        '[method]connection.query-async': unreachable,
        '[method]connection.execute-async': unreachable,
        '[constructor]connection-builder': newBuilder,
        '[method]connection-builder.set-ca-root': setCaRoot,
        '[method]connection-builder.build': build,
        '[method]connection-builder.build-async': build,
      },
      { 'connection-builder': dropBuilder },
    ),
  ]);
