// Directories where there is no /proc: canonical host paths. Each step is checked before and after it, which keeps every guest
// inside that cannot change the folder while it is looked at. It is NOT proof against a race: who can exchange a directory for
// a symlink in the microseconds between check and use (another process, or a second request to a guest with a writable mount)
// may reach a name outside. Measured: beside an endless exchange, a read outside succeeded within 50,000 tries. Linux has no
// such gap (descriptor-directory.ts). Tested on Linux only.
import { constants, type BigIntStats } from 'node:fs';
import { lstat, open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { fileMode, type Directory, type Opened } from './directory.ts';
import { FilesystemError, isErrno } from './error.ts';

const { O_CREAT, O_EXCL, O_RDWR, O_TRUNC, O_WRONLY } = constants;
// Windows has neither.
const noFollow = (constants.O_NOFOLLOW as number | undefined) ?? 0;
const nonBlocking = (constants.O_NONBLOCK as number | undefined) ?? 0;

/** Opens the folder of a mount. It is the app's own, so symlinks on the way to it are followed. */
export const openPathRoot = async (hostPath: string): Promise<Directory> => {
  const path = await realpath(hostPath);
  if (!(await stat(path)).isDirectory()) throw new FilesystemError('not-directory');
  return new PathDirectory(path);
};

class PathDirectory implements Directory {
  /** Canonical: no part of it is a symlink. */
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  entry(name: string): string {
    return join(this.path, name);
  }

  async enter(name: string): Promise<Directory> {
    if (!(await lstat(this.entry(name))).isDirectory()) throw new FilesystemError('not-directory');
    return new PathDirectory(await this.#canonical(name));
  }

  async open(name: string, flags: number): Promise<Opened> {
    const before = await this.#find(name);
    if (before?.isSymbolicLink() && (flags & O_EXCL) === 0) return { kind: 'symlink' };
    if (before?.isDirectory() && (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) === 0) {
      return { kind: 'directory', directory: await this.enter(name) };
    }
    const handle = await open(this.entry(name), (flags & ~O_TRUNC) | noFollow | nonBlocking, fileMode);
    try {
      const opened = await handle.stat({ bigint: true });
      const now = await lstat(await this.#canonical(name), { bigint: true });
      if (opened.dev !== now.dev || opened.ino !== now.ino) throw new FilesystemError('not-permitted');
      // Only now, when the file is known to be inside.
      if ((flags & O_TRUNC) !== 0) await handle.truncate(0);
      return { kind: 'file', handle, stat: opened };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async again(): Promise<Directory> {
    return new PathDirectory(this.path);
  }

  stat(): Promise<BigIntStats> {
    return lstat(this.path, { bigint: true });
  }

  async sync(): Promise<void> {
    const handle: FileHandle = await open(this.path, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async close(): Promise<void> {
    // Nothing is held open.
  }

  async #find(name: string) {
    try {
      return await lstat(this.entry(name));
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /** The entry's canonical path, which must be in this very directory. Its case may differ where the file system ignores case. */
  async #canonical(name: string): Promise<string> {
    const real = await realpath(this.entry(name));
    if (dirname(real) !== this.path) throw new FilesystemError('not-permitted');
    return join(this.path, basename(real));
  }
}
