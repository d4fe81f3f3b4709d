// The errors that entries of `files` can cause once they meet the disk.
import { TspinError, type SourceLocation } from '../errors.ts';
import { systemReason } from '../util/system-error.ts';

/** What an entry names, and where it stands in the manifest. */
export interface FilesPlace {
  readonly written: string;
  readonly at: SourceLocation;
}

export const filesNotFound = ({ written, at }: FilesPlace, help: string): TspinError =>
  new TspinError('files-not-found', `there is no file or folder "${written}"`, { at, help });

/** @param link the symbolic link that leads out, when it is one. */
export function filesOutside({ written, at }: FilesPlace, link?: string): TspinError {
  const message =
    link === undefined
      ? `"${written}" is outside the application's folder`
      : `"${link}" is a symbolic link out of the application's folder`;
  const help =
    link === undefined
      ? 'files are taken only from the folder of the manifest and below'
      : 'copy what it points to into the folder, or leave it out with exclude_files';
  return new TspinError('files-outside', message, { at, help });
}

export const filesPattern = ({ at }: FilesPlace, message: string, help: string): TspinError =>
  new TspinError('files-invalid-pattern', message, { at, help });

export const filesDestination = ({ at }: FilesPlace, message: string, help: string): TspinError =>
  new TspinError('files-invalid-destination', message, { at, help });

export function filesUnreadable({ written, at }: FilesPlace, cause: unknown): TspinError {
  return new TspinError('files-unreadable', `"${written}" cannot be read: ${systemReason(cause)}`, {
    at,
    help: 'let this user read it, or leave it out with exclude_files',
    cause,
  });
}

export const hasErrorCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));
