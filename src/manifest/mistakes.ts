// The errors that every section can raise about a value: wrong type, invalid value, unknown or missing key.
import { TspinError } from '../errors.ts';
import { suggest } from '../util/suggest.ts';
import type { Entry } from './entry.ts';

export type ExpectedType =
  | 'a string'
  | 'an integer'
  | 'a boolean'
  | 'an array'
  | 'a table'
  | 'a string or a table'
  | 'a string or an array';

export function wrongType(entry: Entry, expected: ExpectedType, help = typeAdvice(entry, expected)): TspinError {
  const what = typeof entry.path.at(-1) === 'number' ? `an element of \`${entry.key}\`` : `\`${entry.key}\``;
  return new TspinError('manifest-wrong-type', `${what} must be ${expected}, not ${typeName(entry)}`, { at: entry.at, help });
}

export const invalidValue = (entry: Entry, message: string, help?: string): TspinError =>
  new TspinError('manifest-invalid-value', message, { at: entry.at, help });

/** For a key that breaks the rule for such keys. */
export const invalidName = (entry: Entry, message: string, help: string): TspinError =>
  new TspinError('manifest-invalid-id', message, { at: entry.keyAt, help });

/** @param key the entry of `table` that has no business there. */
export function unknownKey(table: Entry, key: Entry, known: readonly string[]): TspinError {
  const near = suggest(key.key, known);
  const keys = known.length === 0 ? 'it takes no keys' : `the keys of ${table.title} are: ${known.join(', ')}`;
  const message = `${table.title} has no key \`${key.key}\``;
  return new TspinError('manifest-unknown-key', message, { at: key.keyAt, help: near ? `did you mean \`${near}\`?` : keys });
}

/** @param example a line of TOML that mends it. */
export function missingKey(table: Entry, key: string, example: string): TspinError {
  return new TspinError('manifest-missing-key', `${table.title} needs the key \`${key}\``, {
    at: table.at,
    help: `add ${example}`,
  });
}

function typeName({ value, table }: Entry): string {
  if (table) return 'a table';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'bigint') return 'an integer';
  if (typeof value === 'number') return 'a float';
  return typeof value === 'object' ? 'a date' : `a ${typeof value}`;
}

function typeAdvice(entry: Entry, expected: ExpectedType): string | undefined {
  const { value, key } = entry;
  const isScalar = typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean';
  if (isScalar && (expected === 'a string' || expected === 'a string or a table')) return `write it in quotes: "${value}"`;
  if (typeof value === 'string' && expected === 'an array') return `write it in brackets: ${key} = [${JSON.stringify(value)}]`;
  if (expected === 'a boolean') return 'write true or false, without quotes';
  if (expected === 'an integer' && typeof value === 'string' && /^\d+$/.test(value)) return `write it without quotes: ${value}`;
  if (expected === 'a table' && !entry.table) return `write a table: ${entry.title}`;
  return undefined;
}
