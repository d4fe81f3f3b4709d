// `[component.<id>.build]` (spin-behaviour 1.12).
import type { SourceLocation } from '../errors.ts';
import type { Entry } from './entry.ts';
import { invalidValue, wrongType } from './mistakes.ts';
import { list, optional, readTable, required, string, withDefault } from './readers.ts';

export interface BuildSection {
  /** Run one after the other. */
  readonly commands: readonly string[];
  /** Relative to the manifest's folder. */
  readonly workdir: string | undefined;
  /** Globs, relative to `workdir`. */
  readonly watch: readonly string[];
  readonly at: SourceLocation;
}

export function readBuild(entry: Entry): BuildSection {
  const fields = readTable(entry, {
    command: required(buildCommands, 'command = "npm run build"'),
    workdir: optional(readWorkdir),
    watch: withDefault(list(string), []),
  });
  return { commands: fields.command, workdir: fields.workdir, watch: fields.watch, at: entry.at };
}

/** One shell command, or several. */
export function buildCommands(entry: Entry): readonly string[] {
  if (typeof entry.value === 'string') return [entry.value];
  if (!Array.isArray(entry.value)) throw wrongType(entry, 'a string or an array');
  return entry.elements.map(string);
}

function readWorkdir(entry: Entry): string {
  const path = string(entry);
  // Windows roots are refused everywhere: a manifest is shared between machines.
  if (!/^(?:[/\\]|[A-Za-z]:)/.test(path)) return path;
  throw invalidValue(
    entry,
    `the build's workdir ${JSON.stringify(path)} is not relative`,
    'write it relative to the folder of this manifest',
  );
}
