// Changes to the text of a TOML document that leave all else of it as the user wrote it: comments, order, blank lines.
import { parse, stringify } from 'smol-toml';

import { quoteKey } from '../../manifest/entry.ts';
import { locateValues, type Position } from '../../manifest/locate.ts';
import type { Span } from '../../manifest/source-text.ts';

export type TomlPath = readonly string[];

/** Where the value (or the header of the table) of a path stands; indexes of arrays are written as text. */
export function positionOf(text: string, path: TomlPath): Position | undefined {
  let position: Position | undefined = locateValues(text);
  for (const part of path) position = position?.children.get(part);
  return position;
}

export const replaceSpan = (text: string, { start, end }: Span, replacement: string): string =>
  text.slice(0, start) + replacement + text.slice(end);

/** Sets a key of a table to a value written in TOML; the table's header is added when it is not there. */
export function setInTable(text: string, table: TomlPath, key: string, value: string): string {
  const known = positionOf(text, [...table, key]);
  if (known && !isHeader(known)) return replaceSpan(text, known.value, value);
  const line = `${quoteKey(key)} = ${value}`;
  const owner = positionOf(text, table);
  if (table.length === 0) return insertLine(text, topEnd(text), line);
  if (!owner || !hasOwnHeader(text, owner)) return appendBlock(text, `[${table.map(quoteKey).join('.')}]\n${line}`);
  return insertLine(text, endOfEntries(text, owner), line);
}

/** Adds a table or more at the end, after one blank line. */
export function appendBlock(text: string, block: string): string {
  const newline = newlineOf(text);
  const before = text.replace(/\s+$/, '');
  const body = block.trim().replaceAll(/\r?\n/g, newline);
  return before === '' ? `${body}${newline}` : `${before}${newline}${newline}${body}${newline}`;
}

/** The inline form of a value of smol-toml's. */
export function inlineToml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inlineToml).join(', ')}]`;
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    const members = Object.entries(value).map(([key, member]) => `${quoteKey(key)} = ${inlineToml(member)}`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
  return stringify({ v: value }).replace(/^v = /, '').trimEnd();
}

/** A header's key and value are the same place. */
const isHeader = ({ key, value }: Position): boolean => key.start === value.start;

/** `[a]`, and not only the first part of `[a.b]`. */
const hasOwnHeader = (text: string, position: Position): boolean =>
  isHeader(position) && /^\s*\]/.test(text.slice(position.value.end));

export const newlineOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

/** After the last entry before the first header; 0 when there is none. */
function topEnd(text: string): number {
  const own = [...locateValues(text).children.values()].filter(child => !isHeader(child));
  const end = Math.max(0, ...own.map(({ value }) => value.end));
  return end === 0 ? 0 : lineEnd(text, end);
}

/** The end of the line of the last entry that stands under the header, or of the header itself. */
function endOfEntries(text: string, table: Position): number {
  const own = [...table.children.values()].filter(child => !isHeader(child));
  return lineEnd(text, Math.max(table.value.end, ...own.map(({ value }) => value.end)));
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end + 1;
}

function insertLine(text: string, at: number, line: string): string {
  const newline = newlineOf(text);
  const before = text.slice(0, at);
  return `${before}${before === '' || before.endsWith('\n') ? '' : newline}${line}${newline}${text.slice(at)}`;
}

/** Throws what smol-toml throws when the text is not TOML (any more). */
export const checkToml = (text: string): Record<string, unknown> => parse(text);
