// TOML text as an entry with places. The only file that calls smol-toml for values.
import { parse, TomlError, type TomlTable } from 'smol-toml';

import { TspinError } from '../errors.ts';
import { Entry } from './entry.ts';
import { locateValues } from './locate.ts';
import { sourceText } from './source-text.ts';

/**
 * @param file the path as messages are to show it.
 * @param title what messages call the whole document.
 * @throws TspinError `manifest-syntax` when the text is not TOML.
 */
export function parseDocument(text: string, file: string, title: string = 'the manifest'): Entry {
  // Some editors write a byte order mark; columns are counted as they show them, without it.
  const source = sourceText(file, text.replace(/^\uFEFF/, ''));
  try {
    // Integers as bigint, so that 2 and 2.0 stay different.
    const value: TomlTable = parse(source.text, { integersAsBigInt: true });
    return new Entry(source, value, locateValues(source.text), { path: [], document: title });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const start = offsetOf(source.text, error);
    const at = source.locate({ start, end: start + 1 });
    const [reason = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    throw new TspinError('manifest-syntax', `this is not valid TOML: ${reason}`, {
      at,
      help: syntaxHelp(reason, at.text),
      cause: error,
    });
  }
}

function offsetOf(text: string, { line, column }: TomlError): number {
  const before = text.split('\n').slice(0, line - 1);
  return before.reduce((offset, { length }) => offset + length + 1, 0) + column - 1;
}

/** Help for what people type most when TOML is not their daily bread. */
function syntaxHelp(reason: string, line: string): string | undefined {
  if (reason.includes('redefine')) return 'a key or table is given only once: remove one of the two';
  const bareValue = /^\s*[\w.-]+\s*=\s*([A-Za-z/.][^"'#]*?)\s*(?:#.*)?$/.exec(line)?.[1];
  if (bareValue !== undefined && !/^(?:true|false)$/.test(bareValue)) return `text stands in quotes: "${bareValue}"`;
  if (/^\s*\[\[[^\]]*\](?!\])/.test(line)) return 'a header that begins with [[ ends with ]]';
  if (/^\s*[\w.-]+\s*:/.test(line)) return 'TOML writes key = value, not key: value';
  if (/^[^"'#]*"[^"]*$/.test(line)) return 'the string has no " at its end';
  return undefined;
}
