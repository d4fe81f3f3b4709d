// Where every key and value of a TOML document is written: smol-toml gives values without their places.
import type { Span } from './source-text.ts';
import { TomlScanner, type KeyPart } from './toml-scanner.ts';

/** The place of one value. For a table made by a header, key and value are both the last name in its brackets. */
export interface Position {
  readonly key: Span;
  readonly value: Span;
  /** By key for a table, by index ("0", "1") for an array. */
  readonly children: ReadonlyMap<string, Position>;
}

interface Growing {
  key: Span;
  value: Span;
  readonly children: Map<string, Growing>;
  /** An array made by `[[headers]]`: a later header that goes through it means its last element. */
  readonly ofTables: boolean;
}

/** @param text a valid TOML document: one that smol-toml has parsed. */
export function locateValues(text: string): Position {
  const scanner = new TomlScanner(text);
  const root = growing({ start: 0, end: 0 });
  let table = root;
  for (scanner.skipToNext(); !scanner.done; scanner.skipToNext()) {
    if (scanner.take('[[')) table = openElement(root, headerPath(scanner, ']]'));
    else if (scanner.take('[')) table = openTable(root, headerPath(scanner, ']'));
    else assign(scanner, table);
  }
  return root;
}

const growing = (key: Span, ofTables = false): Growing => ({ key, value: key, children: new Map(), ofTables });

interface KeyPath {
  readonly parents: readonly KeyPart[];
  readonly last: KeyPart;
}

function split(parts: readonly KeyPart[]): KeyPath {
  const last = parts.at(-1);
  if (!last) throw new Error('a TOML key has at least one part');
  return { parents: parts.slice(0, -1), last };
}

function headerPath(scanner: TomlScanner, end: string): KeyPath {
  const path = split(scanner.keyPath());
  if (!scanner.take(end)) throw new Error(`no ${end} at offset ${scanner.at}`);
  return path;
}

function openTable(root: Growing, { parents, last }: KeyPath): Growing {
  const table = child(parents.reduce(descend, root), last);
  // `[a.b]` may come before `[a]`: the table's own header is the better place to point at.
  table.key = last.span;
  table.value = last.span;
  return table;
}

function openElement(root: Growing, { parents, last }: KeyPath): Growing {
  const array = child(parents.reduce(descend, root), last, true);
  const element = growing(last.span);
  array.children.set(String(array.children.size), element);
  return element;
}

function assign(scanner: TomlScanner, table: Growing): void {
  const { parents, last } = split(scanner.keyPath());
  if (!scanner.take('=')) throw new Error(`no = at offset ${scanner.at}`);
  const owner = parents.reduce(descend, table);
  owner.children.set(last.name, readValue(scanner, last.span));
}

function readValue(scanner: TomlScanner, key?: Span): Growing {
  scanner.skipToNext();
  const start = scanner.at;
  const value = growing(key ?? { start, end: start });
  if (scanner.take('[')) readElements(scanner, value);
  else if (scanner.take('{')) readMembers(scanner, value);
  else {
    value.value = scanner.scalar();
    if (!key) value.key = value.value;
    return value;
  }
  value.value = { start, end: scanner.at };
  if (!key) value.key = value.value;
  return value;
}

function readElements(scanner: TomlScanner, array: Growing): void {
  for (scanner.skipToNext(); !scanner.take(']'); scanner.skipToNext()) {
    array.children.set(String(array.children.size), readValue(scanner));
    scanner.skipToNext();
    scanner.take(',');
  }
}

function readMembers(scanner: TomlScanner, table: Growing): void {
  for (scanner.skipToNext(); !scanner.take('}'); scanner.skipToNext()) {
    assign(scanner, table);
    scanner.skipToNext();
    scanner.take(',');
  }
}

function descend(table: Growing, part: KeyPart): Growing {
  const next = child(table, part);
  if (!next.ofTables) return next;
  const element = next.children.get(String(next.children.size - 1));
  if (!element) throw new Error(`the array of tables ${part.name} is empty`);
  return element;
}

function child(table: Growing, { name, span }: KeyPart, ofTables = false): Growing {
  const known = table.children.get(name);
  if (known) return known;
  const made = growing(span, ofTables);
  table.children.set(name, made);
  return made;
}
