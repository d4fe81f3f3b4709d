// `[key_value_store.<label>]` and `[sqlite_database.<label>]` (spin-behaviour 4, 4.1).
import type { SourceLocation } from '../../errors.ts';
import type { Entry } from '../entry.ts';
import { boolean, optional, readTable, string, withDefault } from '../readers.ts';
import { readType } from './unserved.ts';

export interface KeyValueStoreSection {
  /** Relative to the file's folder; undefined: in memory. */
  readonly path: string | undefined;
  readonly at: SourceLocation;
}

export interface SqliteDatabaseSection {
  /** Relative to the file's folder; undefined: in memory. */
  readonly path: string | undefined;
  readonly allowAttachFile: boolean;
  readonly at: SourceLocation;
}

export function readKeyValueStore(entry: Entry): KeyValueStoreSection {
  readType(entry, ['spin'], ['redis', 'azure_cosmos', 'aws_dynamo']);
  const { path } = readTable(entry, { type: optional(string), path: optional(string) });
  return { path, at: entry.keyAt };
}

export function readSqliteDatabase(entry: Entry): SqliteDatabaseSection {
  readType(entry, ['spin'], ['libsql']);
  const fields = readTable(entry, {
    type: optional(string),
    path: optional(string),
    allow_attach_file: withDefault(boolean, false),
  });
  return { path: fields.path, allowAttachFile: fields.allow_attach_file, at: entry.keyAt };
}
