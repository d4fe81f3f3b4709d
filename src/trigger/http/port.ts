// Opening a port: where, and what it means when that is not possible.
import net, { type AddressInfo, type Server } from 'node:net';
import { TspinError } from '../../errors.ts';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** How many ports `--find-free-port` tries, the one asked for among them (spin-behaviour 2.6). */
const portsTriedMax = 10;
const portMax = 65_535;

/** Opens the port for this process alone and closes it again; gives what it was. Throws TspinError when it cannot be opened. */
export async function checkAddress(address: ListenAddress): Promise<ListenAddress> {
  const bound = bind(address);
  if (bound) {
    const { address: host, port } = bound.address();
    bound.close();
    return { host, port };
  }
  const server = net.createServer();
  const actual = await openPort(server, address);
  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  await closed.promise;
  return actual;
}

/** Tries `open` with the address, then with the ports after it while they are in use. Throws the TspinError of `open`. */
export async function onFreePort<T>(
  { host, port: first }: ListenAddress,
  open: (address: ListenAddress) => Promise<T>,
): Promise<T> {
  const last = Math.min(first + portsTriedMax - 1, portMax);
  for (let port = first; ; port++) {
    try {
      return await open({ host, port });
    } catch (error) {
      if (!(error instanceof TspinError) || error.code !== 'port-in-use') throw error;
      if (port < last) continue;
      throw new TspinError(
        'port-in-use',
        `${shown(host)}:${first} and the ${last - first} ports after it are in use by other processes`,
        {
          help: ['--listen 127.0.0.1:0 takes any free port, and says which'],
          cause: error,
        },
      );
    }
  }
}

interface PortOptions extends ListenAddress {
  readonly reusePort?: boolean;
}

/** Gives the address that was opened. Throws TspinError. */
export async function openPort(server: Server, options: PortOptions): Promise<ListenAddress> {
  const { host, port, reusePort = false } = options;
  const bound = bind(options);
  const opened = Promise.withResolvers<void>();
  server.once('error', opened.reject);
  server.listen(bound ? { handle: bound } : { host, port, reusePort }, opened.resolve);
  try {
    await opened.promise;
  } catch (error) {
    throw listenError(error, host, port);
  } finally {
    server.off('error', opened.reject);
  }
  const { address, port: actual } = server.address() as AddressInfo;
  return { host: address, port: actual };
}

/**
 * A socket at the address, which nobody can connect to yet; undefined where Node has to look the host up, or is too old for it.
 * `listen` by itself looks every host up and compiles a large regular expression for that, 7 ms in each thread. Throws TspinError.
 */
function bind({ host, port, reusePort = false }: PortOptions): net.BoundSocket | undefined {
  const Socket: typeof net.BoundSocket | undefined = net.BoundSocket;
  if (!Socket || !net.isIPv4(host)) return undefined;
  try {
    return new Socket({ host, port, reusePort });
  } catch (error) {
    throw listenError(error, host, port);
  }
}

function listenError(error: unknown, host: string, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const address = `${shown(host)}:${port}`;
  switch (code) {
    case 'EADDRINUSE':
      return new TspinError('port-in-use', `${address} is in use by another process`, {
        help: [
          'choose another address with --listen, e.g. --listen 127.0.0.1:0 for any free port',
          '--find-free-port takes the first free one of this port and the nine after it',
        ],
        cause: error,
      });
    case 'EACCES':
      return new TspinError('port-not-permitted', `this user may not listen on ${address}`, {
        help: 'choose a port above 1023 with --listen',
        cause: error,
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new TspinError('address-not-available', `${host} is not an address of this machine`, {
        help: 'use --listen 127.0.0.1:3000 for this machine only, or --listen 0.0.0.0:3000 for every network it is in',
        cause: error,
      });
    default:
      return error;
  }
}

const shown = (host: string): string => (host.includes(':') ? `[${host}]` : host);
