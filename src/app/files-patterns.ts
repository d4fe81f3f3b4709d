// Patterns of `files` and `exclude_files`, with errors that point at them.
import type { Located } from '../manifest/entry.ts';
import { globSegments, GlobSyntaxError, pathMatcher, type GlobSegment } from '../util/glob.ts';
import { filesPattern, type FilesPlace } from './files-mistakes.ts';

/** @throws TspinError for a pattern that ends in a folder's `.` or `..`. */
export function refuseFolderPattern(place: FilesPlace): void {
  const last = place.written.split('/').at(-1);
  if (place.written !== '' && last !== '.' && last !== '..') return;
  const message = `"${place.written}" is not a pattern for files`;
  throw filesPattern(
    place,
    message,
    'to include a folder, write { source = "folder", destination = "/" } or a pattern that ends in **/*',
  );
}

/** @throws TspinError `files-invalid-pattern` */
export function segmentsOf(place: FilesPlace, pattern: string): readonly GlobSegment[] {
  return checkPattern(place, () => globSegments(pattern));
}

/** @throws TspinError `files-invalid-pattern` */
export function excludeMatcher({ value, at }: Located<string>): (path: string) => boolean {
  return checkPattern({ written: value, at }, () => pathMatcher(value));
}

function checkPattern<T>(place: FilesPlace, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof GlobSyntaxError)) throw error;
    throw filesPattern(
      place,
      `"${place.written}" is not a valid pattern: ${error.message}`,
      'a pattern has ?, *, [a-z] within a name and ** as a whole name',
    );
  }
}

/** `folder/**\/*`, without reading the folder's own name as a pattern. */
export function everythingBelow(folder: string): readonly GlobSegment[] {
  const literals = folder
    .split('/')
    .filter(name => name !== '')
    .map(name => ({ kind: 'literal', name }) as const);
  return [...literals, { kind: 'recursive' }, { kind: 'wildcard', matches: () => true }];
}
