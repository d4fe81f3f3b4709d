// The types of wasi:sockets/types 0.3, as WIT values, and the error codes of 0.2 as those of 0.3.
import { err, option, string, variant, type Js, type Result } from '../../wit/types.ts';
import { errorCodeOf } from './error-code.ts';
import type { ErrorCode } from './vocabulary.ts';

export const declareErrorCode3 = () =>
  variant('error-code', {
    'access-denied': null,
    'not-supported': null,
    'invalid-argument': null,
    'out-of-memory': null,
    timeout: null,
    'invalid-state': null,
    'address-not-bindable': null,
    'address-in-use': null,
    'remote-unreachable': null,
    'connection-refused': null,
    'connection-broken': null,
    'connection-reset': null,
    'connection-aborted': null,
    'datagram-too-large': null,
    other: option(string),
  });
export type ErrorCode3 = Js<ReturnType<typeof declareErrorCode3>>;

/** Of `ip-name-lookup`, which has its own. */
export const declareLookupErrorCode = () =>
  variant('error-code', {
    'access-denied': null,
    'invalid-argument': null,
    'name-unresolvable': null,
    'temporary-resolver-failure': null,
    'permanent-resolver-failure': null,
    other: option(string),
  });

export function errorCode3(code: ErrorCode): ErrorCode3 {
  switch (code) {
    // A step that 0.2 has and 0.3 has not was out of turn.
    case 'concurrency-conflict':
    case 'not-in-progress':
      return { tag: 'invalid-state' };
    case 'unknown':
      return { tag: 'other', val: undefined };
    // What 0.3 has no code for.
    case 'would-block':
    case 'new-socket-limit':
    case 'name-unresolvable':
    case 'temporary-resolver-failure':
    case 'permanent-resolver-failure':
      return { tag: 'other', val: code };
    default:
      return { tag: code };
  }
}

export const error3 = (code: ErrorCode): { readonly tag: 'err'; readonly val: ErrorCode3 } => err(errorCode3(code));

export const result3 = <T>(result: Result<T, ErrorCode>): Result<T, ErrorCode3> =>
  result.tag === 'ok' ? result : error3(result.val);

/** What the operating system says of a socket. */
export function errorCode3Of(error: Error | undefined): ErrorCode3 {
  const code: unknown = error && 'code' in error ? error.code : undefined;
  // In 0.2 it counts as a reset.
  if (code === 'EPIPE') return { tag: 'connection-broken' };
  const known = errorCodeOf(error);
  return known === 'unknown' ? { tag: 'other', val: error?.message } : errorCode3(known);
}
