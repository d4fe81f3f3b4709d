// The options that say where and how to serve, taken together.
import { TspinError } from '../errors.ts';
import type { ListenOptions } from '../index.ts';
import { parseListenAddress, parseWhole } from './values.ts';

export const defaultAddress = '127.0.0.1:3000';

/** hyper's least, and so Spin's, and the most that makes sense. */
const headBytes = [8_192, 1_073_741_824] as const;

export interface ListenFlags {
  readonly listen: string | undefined;
  readonly 'find-free-port': boolean;
  readonly 'tls-cert': string | undefined;
  readonly 'tls-key': string | undefined;
  readonly 'http1-max-buf-size': string | undefined;
}

/** Throws TspinError. */
export function listenOptions(flags: ListenFlags): ListenOptions {
  const { 'tls-cert': cert, 'tls-key': key, 'http1-max-buf-size': head } = flags;
  if (cert === undefined && key !== undefined) throw missing('key', 'cert');
  if (cert !== undefined && key === undefined) throw missing('cert', 'key');
  return {
    ...parseListenAddress(flags.listen ?? defaultAddress),
    findFreePort: flags['find-free-port'],
    ...(cert !== undefined && key !== undefined && { tls: { cert, key } }),
    ...(head !== undefined && { headBytesMax: parseWhole('http1-max-buf-size', head, headBytes) }),
  };
}

const missing = (given: string, other: string): TspinError =>
  new TspinError('option-missing', `--tls-${given} (SPIN_TLS_${given.toUpperCase()}) needs --tls-${other} as well`, {
    help: `HTTPS takes both: --tls-cert cert.pem --tls-key key.pem, or SPIN_TLS_${other.toUpperCase()} for the missing one`,
  });
