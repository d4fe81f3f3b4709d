// What --variable says, and the values behind it: those written out, those in files of one value, those in JSON and TOML files.
import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { TspinError, type SourceLocation } from '../errors.ts';
import { parseDocument } from '../manifest/document.ts';
import { mapOf, string } from '../manifest/readers.ts';
import { sourceText } from '../manifest/source-text.ts';
import { systemReason } from '../util/system-error.ts';

/** One value, the file that holds one value, or a `.json` or `.toml` file of many. Paths are relative to the working folder. */
export type VariableOption =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly valueFile: string }
  | { readonly file: string };

/**
 * Reads the files. Of several values for a name the last wins.
 * @throws TspinError `variable-file-unreadable`, `variable-file-invalid`
 */
export async function readVariableOptions(options: readonly VariableOption[], cwd: string): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  for (const option of options) {
    if ('file' in option) for (const [name, value] of await readMany(option.file, cwd)) values.set(name, value);
    else values.set(option.name, 'value' in option ? option.value : await readText(option.valueFile, cwd));
  }
  return values;
}

async function readText(path: string, cwd: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(resolve(cwd, path));
  } catch (error) {
    throw new TspinError(
      'variable-file-unreadable',
      `--variable names the file ${path}, which cannot be read: ${systemReason(error)}`,
      {
        help: 'the path is relative to the current folder',
        cause: error,
      },
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw invalid(`the file ${path}, which --variable names, is not text in UTF-8`, { cause: error });
  }
}

async function readMany(path: string, cwd: string): Promise<ReadonlyMap<string, string>> {
  const text = await readText(path, cwd);
  return extname(path) === '.json' ? fromJson(text, path) : fromToml(text, path);
}

function fromToml(text: string, path: string): ReadonlyMap<string, string> {
  try {
    return mapOf(string)(parseDocument(text, path, 'the file of --variable'));
  } catch (error) {
    // The readers are the manifest's; the code says which file is meant.
    if (!(error instanceof TspinError)) throw error;
    throw invalid(error.message, { at: error.at, help: error.help, cause: error });
  }
}

const jsonHelp = 'the file holds one object of strings: {"greeting": "hello"}';

function fromJson(text: string, path: string): ReadonlyMap<string, string> {
  let data: unknown;
  try {
    data = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid(`the file ${path}, which --variable names, is not valid JSON: ${withoutPlace(reason)}`, {
      at: placeIn(text.replace(/^\uFEFF/, ''), path, reason),
      help: jsonHelp,
      cause: error,
    });
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw invalid(`the file ${path}, which --variable names, holds ${kindOf(data)}, not an object`, { help: jsonHelp });
  }
  return new Map(Object.entries(data).map(([name, value]) => [name, checkString(name, value, path)]));
}

function checkString(name: string, value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  throw invalid(`the variable ${JSON.stringify(name)} in ${path} must be a string, not ${kindOf(value)}`, {
    help: isScalar ? `write it in quotes: "${value}"` : jsonHelp,
  });
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** V8 says the place in its message, for most mistakes. */
const place = / (?:in JSON )?at position (\d+)(?: \(line \d+ column \d+\))?/;

/** Nor does the message repeat the text of the file, which may be a secret. */
const withoutPlace = (reason: string): string => reason.replace(place, '').replace(/, (?:\.{3})?".*" is not valid JSON$/s, '');

function placeIn(text: string, path: string, reason: string): SourceLocation | undefined {
  const [, offset] = place.exec(reason) ?? [];
  return offset === undefined ? undefined : sourceText(path, text).locate({ start: Number(offset), end: Number(offset) + 1 });
}

const invalid = (message: string, details: ConstructorParameters<typeof TspinError>[2]): TspinError =>
  new TspinError('variable-file-invalid', message, details);
