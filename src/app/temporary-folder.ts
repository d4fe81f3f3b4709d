// The private folder for this run's copies of files: made when it is first needed, removed when the app is disposed of.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { TspinError } from '../errors.ts';
import { systemReason } from '../util/system-error.ts';

export interface TemporaryFolder {
  /** Its `assets` folder, made at the first call. */
  assets(): Promise<string>;
  remove(): Promise<void>;
}

/** @param parent absolute; made when it does not exist, and left in place. */
export function temporaryFolder(parent: string): TemporaryFolder {
  let made: Promise<string> | undefined;
  return {
    async assets() {
      made ??= make(parent);
      return join(await made, 'assets');
    },
    async remove() {
      const path = await made?.catch(() => undefined);
      made = undefined;
      if (path !== undefined) await rm(path, { recursive: true, force: true });
    },
  };
}

async function make(parent: string): Promise<string> {
  try {
    await mkdir(parent, { recursive: true });
    const path = await mkdtemp(join(parent, 'tspin-'));
    await mkdir(join(path, 'assets'));
    return path;
  } catch (error) {
    const message = `the folder for the copies of \`files\` cannot be made in ${parent}: ${systemReason(error)}`;
    const help = [
      'set the environment variable TMPDIR to a folder that can be written to',
      'or mount folders in place, without copies: --direct-mounts',
    ];
    throw new TspinError('temporary-directory-unusable', message, { help, cause: error });
  }
}
