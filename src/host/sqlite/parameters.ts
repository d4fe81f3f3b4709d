// The parameters of a statement, numbered as SQLite numbers them. Guests give their values by position (spin-behaviour 3.4), also
// for `:name`, `@name` and `$name`, while Node binds those by name only and tells nobody how many there are.
import type { SqlValue } from './messages.ts';

/** The parameters by number, less one: with the name as written, undefined for `?`, `?2` and a number that is not mentioned. */
export type Parameters = readonly (string | undefined)[];

/** What has no parameter in it, what ends the statement, and the parameters, as SQLite's tokenizer cuts them. */
const token =
  /\s+|--[^\n]*|\/\*[^]*?(?:\*\/|$)|'(?:[^']|'')*'?|"(?:[^"]|"")*"?|`(?:[^`]|``)*`?|\[[^\]]*\]?|\?(\d*)|([:@$](?:[\w$\u0080-\uffff]|::|\([^\s)]*\))+)|[\w$\u0080-\uffff]+|(;)|[^]/gy;

/** The parameters of the first statement in the text; that SQLite compiles it is taken for granted. */
export function parametersOf(sql: string): Parameters {
  const names: (string | undefined)[] = [];
  const numbers = new Map<string, number>();
  let begun = false;
  const end = sql.indexOf('\0');
  for (const [text, digits, name, semicolon] of (end < 0 ? sql : sql.slice(0, end)).matchAll(token)) {
    if (semicolon !== undefined && begun) break;
    if (semicolon === undefined && !/^(?:\s|--|\/\*)/.test(text)) begun = true;
    if (digits !== undefined) grow(names, digits === '' ? names.length + 1 : Number(digits));
    if (name === undefined || numbers.has(name)) continue;
    names.push(name);
    numbers.set(name, names.length);
  }
  return names;
}

/** SQLite knows 32,766 and has refused more before. */
function grow(names: (string | undefined)[], count: number): void {
  while (names.length < count) names.push(undefined);
}

export interface Bound {
  readonly named: Readonly<Record<string, SqlValue>>;
  readonly positional: readonly SqlValue[];
}

/** Throws when there are more or fewer values than parameters, in the words of Spin's library. */
export function bind(parameters: Parameters, values: readonly SqlValue[]): Bound {
  if (values.length !== parameters.length) {
    throw new Error(`Wrong number of parameters passed to query. Got ${values.length}, needed ${parameters.length}`);
  }
  const named: Record<string, SqlValue> = Object.create(null) as Record<string, SqlValue>;
  const positional: SqlValue[] = [];
  for (const [index, value] of values.entries()) {
    const name = parameters[index];
    if (name === undefined) positional.push(value);
    else named[name] = value;
  }
  return { named, positional };
}
