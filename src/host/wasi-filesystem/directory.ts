// A directory inside a mount, as the walk sees it. Every way in takes one name, never a path, and never follows a symlink.
import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

import type { Closable } from './shared.ts';

/** What a name turned out to be when it was opened. */
export type Opened =
  | { readonly kind: 'directory'; readonly directory: Directory }
  | { readonly kind: 'file'; readonly handle: FileHandle; readonly stat: BigIntStats }
  | { readonly kind: 'symlink' };

export interface Directory extends Closable {
  /** The host's path of the directory itself. */
  readonly path: string;
  /** The host's path of an entry, for system calls that do not follow a symlink there. `name` is never `.` or `..`. */
  entry(name: string): string;
  /** Opens a directory in it. Throws ENOTDIR when the name is something else, a symlink too. */
  enter(name: string): Promise<Directory>;
  /** Opens an entry with the flags of open(2). */
  open(name: string, flags: number): Promise<Opened>;
  /** Opens the directory itself once more. */
  again(): Promise<Directory>;
  stat(): Promise<BigIntStats>;
  sync(): Promise<void>;
}

/** The mode of files that guests create, before the umask. */
export const fileMode = 0o666;
