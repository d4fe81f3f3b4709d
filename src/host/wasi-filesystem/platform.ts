// The two ways to the host's files: through file descriptors (Linux), or through paths.
import type { FileHandle } from 'node:fs/promises';

import { hasDescriptorPaths, openDescriptorRoot } from './descriptor-directory.ts';
import type { Directory } from './directory.ts';
import { sinkAppending, sinkAtEnd, type FileSink } from './file-sink.ts';
import { openPathRoot } from './path-directory.ts';
import type { Shared } from './shared.ts';

export interface Platform {
  /** Opens the folder of a mount. */
  readonly openRoot: (hostPath: string) => Promise<Directory>;
  readonly appendTo: (file: Shared<FileHandle>) => FileSink;
}

/** Proof against races (descriptor-directory.ts says why). */
export const descriptorPlatform: Platform = { openRoot: openDescriptorRoot, appendTo: sinkAppending };

/** For systems without /proc, and not proof against races (path-directory.ts says how). */
export const pathPlatform: Platform = { openRoot: openPathRoot, appendTo: sinkAtEnd };

export const hostPlatform = (): Platform => (hasDescriptorPaths() ? descriptorPlatform : pathPlatform);
