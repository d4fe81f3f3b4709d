// `[component.<id>.profile.<name>]` (spin-behaviour 1.14): what is different when this profile is chosen.
import type { SourceLocation } from '../errors.ts';
import { buildCommands } from './build.ts';
import { readDependencies, type NamedDependency } from './dependency.ts';
import type { Entry } from './entry.ts';
import { mapOf, optional, readTable, required, string, withDefault } from './readers.ts';
import { readSource, type SourceSection } from './source.ts';

export interface ProfileSection {
  readonly source: SourceSection | undefined;
  /** Merged over the component's own. */
  readonly environment: ReadonlyMap<string, string>;
  /** Merged over the component's own. */
  readonly dependencies: readonly NamedDependency[];
  /** Instead of the component's own; its `workdir` and `watch` stay. */
  readonly buildCommands: readonly string[] | undefined;
  readonly at: SourceLocation;
}

export function readProfile(entry: Entry): ProfileSection {
  const { build, ...fields } = readTable(entry, {
    source: optional(readSource),
    environment: withDefault(mapOf(string), new Map<string, string>()),
    dependencies: withDefault(readDependencies, []),
    build: optional(table => readTable(table, { command: required(buildCommands, 'command = "npm run build"') })),
  });
  return { ...fields, buildCommands: build?.command, at: entry.keyAt };
}
