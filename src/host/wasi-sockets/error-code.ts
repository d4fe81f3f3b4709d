// What the operating system says of a socket, as error codes of wasi:sockets.
import type { StreamError } from '../io/stream.ts';
import type { ErrorCode } from './vocabulary.ts';

const codes: Readonly<Record<string, ErrorCode>> = {
  EACCES: 'access-denied',
  EPERM: 'access-denied',
  EINVAL: 'invalid-argument',
  ENOMEM: 'out-of-memory',
  ENOBUFS: 'out-of-memory',
  ETIMEDOUT: 'timeout',
  EMFILE: 'new-socket-limit',
  ENFILE: 'new-socket-limit',
  EADDRNOTAVAIL: 'address-not-bindable',
  EADDRINUSE: 'address-in-use',
  EHOSTUNREACH: 'remote-unreachable',
  EHOSTDOWN: 'remote-unreachable',
  ENETUNREACH: 'remote-unreachable',
  ENETDOWN: 'remote-unreachable',
  ENONET: 'remote-unreachable',
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-reset',
  EPIPE: 'connection-reset',
  ECONNABORTED: 'connection-aborted',
  EMSGSIZE: 'datagram-too-large',
  EOPNOTSUPP: 'not-supported',
  EAFNOSUPPORT: 'not-supported',
};

export function errorCodeOf(error: unknown): ErrorCode {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return (typeof code === 'string' && Object.hasOwn(codes, code) && codes[code]) || 'unknown';
}

export const closed: StreamError = { tag: 'closed' };

/** `network-error-code` looks into its cause. */
export function streamFailure(error: Error): StreamError {
  return { tag: 'last-operation-failed', val: { message: error.message, cause: errorCodeOf(error) } };
}
