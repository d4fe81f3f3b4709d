// The folder of the manifest, out of which no file may be taken: not by `..`, an absolute path or a symbolic link.
import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';

export interface ApplicationFolder {
  /** Absolute, as given. */
  readonly path: string;
  /** Absolute, without symbolic links. */
  readonly realPath: string;
}

export async function openApplicationFolder(path: string): Promise<ApplicationFolder> {
  return { path, realPath: await realpath(path) };
}

/** A path or pattern of the manifest, relative to the folder and with `/`; undefined when it leads out. `''` is the folder itself. */
export function pathInside(folder: ApplicationFolder, written: string): string | undefined {
  const inside = relative(folder.path, resolve(folder.path, written));
  return leadsOut(inside) ? undefined : inside.replaceAll(sep, '/');
}

/** Whether a path without symbolic links is in the folder. */
export const isInside = ({ realPath }: ApplicationFolder, path: string): boolean => !leadsOut(relative(realPath, path));

const leadsOut = (path: string): boolean => path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path);
