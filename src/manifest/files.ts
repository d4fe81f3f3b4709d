// One entry of a component's `files` (spin-behaviour 1.8). What it means on disk is app/'s business.
import type { SourceLocation } from '../errors.ts';
import type { Entry, Located } from './entry.ts';
import { wrongType } from './mistakes.ts';
import { located, readTable, required, string } from './readers.ts';

export type FilesEntry = { readonly at: SourceLocation } & (
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'placement'; readonly source: Located<string>; readonly destination: Located<string> }
);

export function readFilesEntry(entry: Entry): FilesEntry {
  const { at } = entry;
  if (typeof entry.value === 'string') return { kind: 'pattern', pattern: entry.value, at };
  if (!entry.table)
    throw wrongType(entry, 'a string or a table', 'write "static/**/*" or { source = "static", destination = "/" }');
  const fields = readTable(entry, {
    source: required(located(string), 'source = "static"'),
    destination: required(located(string), 'destination = "/"'),
  });
  return { kind: 'placement', ...fields, at };
}
