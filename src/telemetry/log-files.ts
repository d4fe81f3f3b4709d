// What guests print: to `<log folder>/<component>_stdout.txt` and `_stderr.txt`, and to the terminal when followed.
import { access, constants, mkdir, readdir, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { TspinError } from '../errors.ts';
import type { GuestOutput } from '../host/interface.ts';
import { suggest } from '../util/suggest.ts';
import { systemReason } from '../util/system-error.ts';
import { LogFile } from './log-file.ts';

export interface LogFilesOptions {
  /** Ids of the app's components. */
  readonly components: readonly string[];
  /** Absolute; undefined: no files, and everything goes to the terminal. */
  readonly directory: string | undefined;
  /** Whose output the terminal shows besides. */
  readonly follow: 'all' | 'none' | readonly string[];
  /** Empties the log files that are there. */
  readonly truncate: boolean;
  readonly terminal: GuestOutput['write'];
  readonly warn: (message: string) => void;
}

export interface LogFiles extends GuestOutput {
  /** Writes out what is left and closes the files. */
  close(): void;
}

/**
 * Throws TspinError for a component to follow that the app does not have, and for a folder that cannot be used.
 * Makes nothing, so that a start which fails later leaves nothing behind.
 */
export async function checkLogFiles({ components, directory, follow }: LogFilesOptions): Promise<void> {
  if (typeof follow !== 'string') refuseUnknown(follow, components);
  if (directory === undefined) return;
  try {
    await checkWritable(directory);
  } catch (cause) {
    throw unusable(directory, cause);
  }
}

/** Makes the folder. Throws TspinError as `checkLogFiles`, which comes first. */
export async function openLogFiles(options: LogFilesOptions): Promise<LogFiles> {
  const { directory, follow, terminal, warn } = options;
  if (directory === undefined) return { write: terminal, close: () => undefined };

  await prepare(directory, options.truncate);
  const files = new Map<string, LogFile>();
  const fileFor = (component: string, stream: string): LogFile => {
    const name = `${sanitise(component)}_${stream}.txt`;
    const file = files.get(name) ?? new LogFile(join(directory, name), warn);
    files.set(name, file);
    return file;
  };
  const isFollowed = (component: string): boolean => follow === 'all' || (follow !== 'none' && follow.includes(component));
  return {
    write: (component, stream, bytes) => {
      if (isFollowed(component)) terminal(component, stream, bytes);
      fileFor(component, stream).write(bytes);
    },
    close: () => {
      for (const file of files.values()) file.close();
    },
  };
}

function refuseUnknown(follow: readonly string[], components: readonly string[]): void {
  const unknown = follow.find(id => !components.includes(id));
  if (unknown === undefined) return;
  const near = suggest(unknown, components);
  throw new TspinError('unknown-follow-id', `the app has no component "${unknown}" to follow`, {
    help: [...(near === undefined ? [] : [`did you mean "${near}"?`]), `the components are: ${components.join(', ')}`],
  });
}

async function prepare(directory: string, empties: boolean): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK);
    if (!empties) return;
    for (const name of await readdir(directory)) {
      if (/std(?:out|err)\.txt$/.test(name)) await truncate(join(directory, name));
    }
  } catch (cause) {
    throw unusable(directory, cause);
  }
}

/** The folder, or the nearest above it that is there, must be one that can be written to. */
async function checkWritable(directory: string): Promise<void> {
  try {
    await access(join(directory, '/'), constants.W_OK);
  } catch (error) {
    const parent = dirname(directory);
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing || parent === directory) throw error;
    await checkWritable(parent);
  }
}

function unusable(directory: string, cause: unknown): TspinError {
  return new TspinError('log-directory-unusable', `cannot write log files to ${directory}: ${systemReason(cause)}`, {
    help: [
      'name another folder with --log-dir, or none with --log-dir ""',
      'without --log-dir it is in the folder for state, which --state-dir names',
    ],
    cause,
  });
}

/** As Spin: what a file name may not hold anywhere is left out. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const sanitise = (component: string): string => component.replaceAll(/[/\\?<>:*|"\u0000-\u001F\u0080-\u009F]/g, '');
