// Tables and types of a runtime configuration that Spin knows and tspin does not serve yet: refused by name, never ignored.
import { TspinError } from '../../errors.ts';
import type { Entry } from '../entry.ts';
import { invalidValue } from '../mistakes.ts';
import { string, type Reader } from '../readers.ts';

/** @throws TspinError `runtime-config-not-served` */
export function notServed(what: string, entry: Entry, help?: string): never {
  throw new TspinError('runtime-config-not-served', `tspin does not serve ${what} yet`, { at: entry.keyAt, help });
}

export const refuse =
  (what: string, help = 'remove the table, or run the app with Spin'): Reader<never> =>
  entry =>
    notServed(what, entry, help);

/** The `type` of a table: one that is served; one that is Spin's and not served, or none at all, throws. */
export function readType<T extends string>(entry: Entry, served: readonly T[], unserved: readonly string[]): T {
  const type = entry.member('type');
  if (!type) throw invalidValue(entry, `${entry.title} has no \`type\``, `give it one, e.g. type = "${served[0]}"`);
  const value = string(type);
  const found = served.find(one => one === value);
  if (found !== undefined) return found;
  const list = served.map(one => `"${one}"`).join(' and ');
  if (unserved.includes(value)) notServed(`the type "${value}" of ${entry.title}`, type, `tspin serves ${list}`);
  throw invalidValue(
    type,
    `${entry.title} has the unknown type "${value}"`,
    `the types are: ${[...served, ...unserved].join(', ')}`,
  );
}
