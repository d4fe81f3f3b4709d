// Puts a snippet of TOML into a document: its tables are added, and entries of a table that is there already are set in it.
import { appendBlock, checkToml, inlineToml, positionOf, setInTable, type TomlPath } from './edit.ts';

/** Sets each entry of `snippet`, which has no headers, in a table. One of the same name is overwritten, as Spin does. */
export function mergeEntries(text: string, table: TomlPath, snippet: string): string {
  return Object.entries(checkToml(snippet)).reduce(
    (merged, [key, value]) => setInTable(merged, table, key, inlineToml(value)),
    text,
  );
}

/** Adds a snippet of whole tables; those that the document has already get the snippet's entries. */
export function mergeTables(text: string, snippet: string): string {
  let merged = text;
  let isNew = true;
  for (const { path, entries } of leafTables(checkToml(snippet))) {
    if (!positionOf(text, path)) continue;
    isNew = false;
    for (const [key, value] of entries) merged = setInTable(merged, path, key, inlineToml(value));
  }
  return isNew ? appendBlock(text, snippet) : merged;
}

interface LeafTable {
  readonly path: TomlPath;
  readonly entries: readonly (readonly [string, unknown])[];
}

function leafTables(table: Readonly<Record<string, unknown>>, path: TomlPath = []): readonly LeafTable[] {
  const entries = Object.entries(table);
  const isTable = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
  const values = entries.filter(([, value]) => !isTable(value));
  const below = entries.flatMap(([key, value]) => (isTable(value) ? leafTables(value, [...path, key]) : []));
  return [...(values.length > 0 && path.length > 0 ? [{ path, entries: values }] : []), ...below];
}
