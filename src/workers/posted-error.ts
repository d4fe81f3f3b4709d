// An error that crosses threads: structured clone would forget what kind of error it is.
import { TspinError, type ErrorCode, type SourceLocation } from '../errors.ts';

export interface PostedError {
  readonly message: string;
  readonly stack: string | undefined;
  /** Set for a mistake of the user's. */
  readonly mistake:
    | { readonly code: ErrorCode; readonly at: SourceLocation | undefined; readonly help: readonly string[] }
    | undefined;
}

export function postedError(error: unknown): PostedError {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const mistake = error instanceof TspinError ? { code: error.code, at: error.at, help: error.help } : undefined;
  return { message, stack, mistake };
}

export function receivedError({ message, stack, mistake }: PostedError): Error {
  if (mistake) return new TspinError(mistake.code, message, mistake);
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
