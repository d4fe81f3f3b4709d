// The destination of a placement in `files`, as a path below the guest's root.
import { posix } from 'node:path';

import { filesDestination, type FilesPlace } from './files-mistakes.ts';

/** A destination as a path below the guest's root. */
export function guestPath(place: FilesPlace): string {
  const path = place.written.replace(/^\/+/, '');
  if (path.split('/').includes('..'))
    throw filesDestination(
      place,
      `the destination "${place.written}" leads up with ..`,
      'write the path as the guest is to see it, e.g. "/static"',
    );
  return posix.normalize(path);
}

/** Where a single file goes: its destination has to name it. */
export function fileDestination(place: FilesPlace, target: string): string {
  if (place.written !== '' && !/(?:^|\/)\.{0,2}$/.test(place.written)) return target;
  throw filesDestination(
    place,
    `the destination "${place.written}" is a folder, and the source is a file`,
    'end the destination with the name that the file is to have',
  );
}
