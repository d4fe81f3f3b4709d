// Directories on Linux: an open file descriptor each, whose entries are reached through /proc/self/fd/<fd>/<name>. The kernel
// goes from there to the directory that was opened, whatever its path means by now, so a directory that is exchanged for a
// symlink between check and use leads nowhere: this is openat(2) with O_NOFOLLOW, which Node does not have.
import { constants, existsSync, type BigIntStats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

import { fileMode, type Directory, type Opened } from './directory.ts';
import { isErrno } from './error.ts';

const { O_DIRECTORY, O_EXCL, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** Linux's O_PATH (the same on x64 and arm64; Node has no constant): a place in the tree, without permission to read it. */
const O_PATH = 0o10000000;

/** Is /proc there? A container may be without it. */
export const hasDescriptorPaths = (): boolean => process.platform === 'linux' && existsSync('/proc/self/fd');

/** Opens the folder of a mount. It is the app's own, so symlinks on the way to it are followed. */
export const openDescriptorRoot = async (hostPath: string): Promise<Directory> =>
  new DescriptorDirectory(await open(hostPath, O_PATH | O_DIRECTORY));

class DescriptorDirectory implements Directory {
  readonly path: string;
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
    this.path = `/proc/self/fd/${handle.fd}`;
  }

  entry(name: string): string {
    return `${this.path}/${name}`;
  }

  async enter(name: string): Promise<Directory> {
    return new DescriptorDirectory(await open(this.entry(name), O_PATH | O_DIRECTORY | O_NOFOLLOW));
  }

  async open(name: string, flags: number): Promise<Opened> {
    let handle: FileHandle;
    try {
      // Without O_NONBLOCK, opening a pipe that nobody writes to would keep a thread of the pool for good.
      handle = await open(this.entry(name), flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, fileMode);
    } catch (error) {
      if (isErrno(error, 'ELOOP') && (flags & O_EXCL) === 0) return { kind: 'symlink' };
      throw error;
    }
    const stat = await statOrClose(handle);
    return stat.isDirectory()
      ? { kind: 'directory', directory: new DescriptorDirectory(handle) }
      : { kind: 'file', handle, stat };
  }

  async again(): Promise<Directory> {
    return new DescriptorDirectory(await open(`${this.path}/.`, O_RDONLY | O_DIRECTORY));
  }

  stat(): Promise<BigIntStats> {
    return this.#handle.stat({ bigint: true });
  }

  async sync(): Promise<void> {
    // A handle with O_PATH cannot be synchronised.
    await using readable = await open(`${this.path}/.`, O_RDONLY | O_DIRECTORY);
    await readable.sync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

async function statOrClose(handle: FileHandle): Promise<BigIntStats> {
  try {
    return await handle.stat({ bigint: true });
  } catch (error) {
    await handle.close();
    throw error;
  }
}
