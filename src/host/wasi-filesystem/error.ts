// Errors of the file system: the one place where errno becomes WIT's error-code.
import { err, ok, type Result } from '../../wit/types.ts';
import type { IoError, StreamError } from '../io/stream.ts';
import type { ErrorCode } from './vocabulary.ts';

/** A refusal of our own: an error-code that no system call gave. */
export class FilesystemError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super(`filesystem error: ${code}`);
    this.code = code;
  }
}

const errorCodes: ReadonlyMap<string, ErrorCode> = new Map<string, ErrorCode>([
  ['EACCES', 'access'],
  ['EAGAIN', 'would-block'],
  ['EALREADY', 'already'],
  ['EBADF', 'bad-descriptor'],
  ['EBUSY', 'busy'],
  ['EDEADLK', 'deadlock'],
  ['EDQUOT', 'quota'],
  ['EEXIST', 'exist'],
  ['EFBIG', 'file-too-large'],
  ['EILSEQ', 'illegal-byte-sequence'],
  ['EINPROGRESS', 'in-progress'],
  ['EINTR', 'interrupted'],
  ['EINVAL', 'invalid'],
  ['EIO', 'io'],
  ['EISDIR', 'is-directory'],
  ['ELOOP', 'loop'],
  ['EMLINK', 'too-many-links'],
  ['EMSGSIZE', 'message-size'],
  ['ENAMETOOLONG', 'name-too-long'],
  ['ENODEV', 'no-device'],
  ['ENOENT', 'no-entry'],
  ['ENOLCK', 'no-lock'],
  ['ENOMEM', 'insufficient-memory'],
  // WIT has no code for "too many open files".
  ['EMFILE', 'insufficient-memory'],
  ['ENFILE', 'insufficient-memory'],
  ['ENOSPC', 'insufficient-space'],
  ['ENOTDIR', 'not-directory'],
  ['ENOTEMPTY', 'not-empty'],
  ['ENOTRECOVERABLE', 'not-recoverable'],
  ['ENOSYS', 'unsupported'],
  ['ENOTSUP', 'unsupported'],
  ['EOPNOTSUPP', 'unsupported'],
  ['ENOTTY', 'no-tty'],
  ['ENXIO', 'no-such-device'],
  ['EOVERFLOW', 'overflow'],
  ['EPERM', 'not-permitted'],
  ['EPIPE', 'pipe'],
  ['EROFS', 'read-only'],
  ['ESPIPE', 'invalid-seek'],
  ['ETXTBSY', 'text-file-busy'],
  ['EXDEV', 'cross-device'],
]);

/** The error-code of what a file operation threw; `io` for an errno that WIT does not know, undefined for a bug. */
export function errorCodeOf(error: unknown): ErrorCode | undefined {
  if (error instanceof FilesystemError) return error.code;
  if (!isSystemError(error)) return undefined;
  return errorCodes.get(error.code) ?? 'io';
}

/** Does `error` come from a system call that failed with one of these errnos? */
export const isErrno = (error: unknown, ...codes: readonly string[]): boolean =>
  isSystemError(error) && codes.includes(error.code);

/** Makes what a file operation throws into a WIT result. Bugs go on. */
export async function attempt<T>(work: () => Promise<T>): Promise<Result<T, ErrorCode>> {
  try {
    return ok(await work());
  } catch (error) {
    return err(knownCode(error));
  }
}

/** The same for work that does not wait. */
export function attemptNow<T>(work: () => T): Result<T, ErrorCode> {
  try {
    return ok(work());
  } catch (error) {
    return err(knownCode(error));
  }
}

/** What a stream says of an operation that failed: an io error whose cause `filesystem-error-code` finds. */
export const streamFailure = (error: unknown): StreamError => {
  const cause = new FilesystemError(knownCode(error));
  return { tag: 'last-operation-failed', val: { message: cause.message, cause } };
};

/** The error-code behind an io error, if it is one of a file stream. */
export const causeOf = (error: IoError): ErrorCode | undefined =>
  error.cause instanceof FilesystemError ? error.cause.code : undefined;

function knownCode(error: unknown): ErrorCode {
  const code = errorCodeOf(error);
  if (code === undefined) throw error;
  return code;
}

const isSystemError = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
