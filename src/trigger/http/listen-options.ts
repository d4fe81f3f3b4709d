// Where and how an app is to be served, as the user says it.
import type { ListenRequest } from './listen-request.ts';
import { checkAddress, onFreePort, type ListenAddress } from './port.ts';
import { readTls, type TlsFiles } from './tls-files.ts';

/** 127.0.0.1:3000 by default; port 0 for any free one. */
export interface ListenOptions {
  readonly host?: string;
  readonly port?: number;
  /** When the port is in use, try the nine after it. */
  readonly findFreePort?: boolean;
  /** Serve HTTPS with this certificate and its key; HTTP without. */
  readonly tls?: TlsFiles;
  /** The most that the head of a request may have over HTTP/1, in bytes; 409600 by default, as Spin has it. */
  readonly headBytesMax?: number;
}

const addressOf = ({ host = '127.0.0.1', port = 3000 }: ListenOptions): ListenAddress => ({ host, port });

/** Whether it can be done. Throws TspinError; `warn` gets what clients will find fault with. */
export async function checkListening(options: ListenOptions, warn: (message: string) => void): Promise<void> {
  if (options.tls) for (const warning of (await readTls(options.tls)).warnings) warn(warning);
  await open(options, checkAddress);
}

/** Calls `listen` with what the options stand for. Throws TspinError. */
export async function listenAs(
  options: ListenOptions,
  listen: (request: ListenRequest) => Promise<ListenAddress>,
): Promise<ListenAddress & { readonly url: string }> {
  const read = options.tls && (await readTls(options.tls));
  const tls = read && { cert: read.cert, key: read.key };
  const actual = await open(options, address => listen({ ...address, tls, headBytesMax: options.headBytesMax }));
  const { host, port } = actual;
  return { ...actual, url: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}` };
}

const open = <T>(options: ListenOptions, use: (address: ListenAddress) => Promise<T>): Promise<T> =>
  options.findFreePort && options.port !== 0 ? onFreePort(addressOf(options), use) : use(addressOf(options));
