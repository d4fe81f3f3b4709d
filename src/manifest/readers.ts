// Readers turn an entry into a typed value or throw an error that points at it. Sections are built of these.
import type { Entry, Located } from './entry.ts';
import { missingKey, unknownKey, wrongType } from './mistakes.ts';

export type Reader<T> = (entry: Entry) => T;

export const string: Reader<string> = entry => {
  if (typeof entry.value === 'string') return entry.value;
  throw wrongType(entry, 'a string');
};

export const boolean: Reader<boolean> = entry => {
  if (typeof entry.value === 'boolean') return entry.value;
  throw wrongType(entry, 'a boolean');
};

export const integer: Reader<bigint> = entry => {
  if (typeof entry.value === 'bigint') return entry.value;
  throw wrongType(entry, 'an integer');
};

/** Any table, whatever is in it: what belongs to others (`tool`, unknown trigger types). */
export const anyTable: Reader<void> = entry => {
  if (!entry.table) throw wrongType(entry, 'a table');
};

export const located =
  <T>(read: Reader<T>): Reader<Located<T>> =>
  entry => ({ value: read(entry), at: entry.at });

export const list =
  <T>(read: Reader<T>): Reader<readonly T[]> =>
  entry => {
    if (!Array.isArray(entry.value)) throw wrongType(entry, 'an array');
    return entry.elements.map(read);
  };

/** An array that is written with `[[headers]]`. */
export const tables =
  <T>(read: Reader<T>): Reader<readonly T[]> =>
  entry => {
    const title = entry.title.replace(/^\[(.*)\]$/, '[[$1]]');
    if (!Array.isArray(entry.value)) throw wrongType(entry, 'an array', `write ${title}, with two brackets on each side`);
    return entry.elements.map(read);
  };

/** One value, or an array of them. */
export const oneOrMany =
  <T>(read: Reader<T>): Reader<readonly T[]> =>
  entry =>
    Array.isArray(entry.value) ? entry.elements.map(read) : [read(entry)];

/** A table whose keys are names. `checkName` gets the entry and throws when its key is no good name. */
export const mapOf =
  <T>(read: Reader<T>, checkName: (entry: Entry) => void = () => {}): Reader<ReadonlyMap<string, T>> =>
  entry => {
    if (!entry.table) throw wrongType(entry, 'a table');
    return new Map(
      entry.members.map(member => {
        checkName(member);
        return [String(member.path.at(-1)), read(member)] as const;
      }),
    );
  };

/** A key of a table: how its value is read, and what stands for it when it is absent. */
export interface Field<T> {
  readonly read: Reader<T>;
  readonly absent: (table: Entry, key: string) => T;
}

/** @param example a line of TOML that the error for an absent key shows. */
export const required = <T>(read: Reader<T>, example: string): Field<T> => ({
  read,
  absent: (table, key) => {
    throw missingKey(table, key, example);
  },
});

export const optional = <T>(read: Reader<T>): Field<T | undefined> => ({ read, absent: () => undefined });

export const withDefault = <T>(read: Reader<T>, value: T): Field<T> => ({ read, absent: () => value });

export type Shape = Readonly<Record<string, Field<unknown>>>;

export type Shaped<S extends Shape> = { readonly [Key in keyof S]: S[Key] extends Field<infer T> ? T : never };

/** Reads a table with exactly these keys. */
export function readTable<S extends Shape>(entry: Entry, shape: S): Shaped<S> {
  refuseOtherKeys(entry, Object.keys(shape));
  return readKnownKeys(entry, shape);
}

/** Reads these keys of a table and leaves the others to the caller. */
export function readKnownKeys<S extends Shape>(entry: Entry, shape: S): Shaped<S> {
  if (!entry.table) throw wrongType(entry, 'a table');
  const fields = Object.entries(shape).map(([key, { read, absent }]) => {
    const member = entry.member(key);
    return [key, member ? read(member) : absent(entry, key)];
  });
  return Object.fromEntries(fields) as Shaped<S>;
}

/** Throws for a key that is not in `known`, with the nearest one that is. */
export function refuseOtherKeys(entry: Entry, known: readonly string[]): void {
  if (!entry.table) throw wrongType(entry, 'a table');
  const stranger = entry.members.find(({ path }) => !known.includes(String(path.at(-1))));
  if (stranger) throw unknownKey(entry, stranger, known);
}
