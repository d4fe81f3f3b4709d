// One value of a manifest together with its place: what the readers of sections read from.
import type { TomlTable, TomlValue } from 'smol-toml';

import type { SourceLocation } from '../errors.ts';
import type { Position } from './locate.ts';
import type { SourceText } from './source-text.ts';

/** A value that a later layer may have to complain about. */
export interface Located<T> {
  readonly value: T;
  readonly at: SourceLocation;
}

/** Of an entry in its document. */
export interface Place {
  readonly path: Entry['path'];
  /** What messages call the document. */
  readonly document: string;
}

export class Entry {
  readonly value: TomlValue;
  /** Keys and array indexes from the top of the document. */
  readonly path: readonly (string | number)[];
  readonly #source: SourceText;
  readonly #position: Position;
  readonly #document: string;

  constructor(source: SourceText, value: TomlValue, position: Position, { path, document }: Place) {
    this.#source = source;
    this.value = value;
    this.#position = position;
    this.path = path;
    this.#document = document;
  }

  /** Where the value is written; for a table with a header, the header's last name. */
  get at(): SourceLocation {
    return this.#source.locate(this.#position.value);
  }

  /** Where the key is written; for an element of an array, the element. */
  get keyAt(): SourceLocation {
    return this.#source.locate(this.#position.key);
  }

  /** The last key of the path as it is written in TOML. */
  get key(): string {
    return quoteKey(this.path.findLast(part => typeof part === 'string') ?? '');
  }

  /** How messages name this table: `[component.cart]`, `[[trigger.http]]`. */
  get title(): string {
    if (this.path.length === 0) return this.#document;
    const name = this.path
      .filter(part => typeof part === 'string')
      .map(quoteKey)
      .join('.');
    return typeof this.path.at(-1) === 'number' ? `[[${name}]]` : `[${name}]`;
  }

  /** The value as a table, or undefined when it is none. */
  get table(): TomlTable | undefined {
    const { value } = this;
    const plain = typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date);
    return plain ? (value as TomlTable) : undefined;
  }

  /** The entries of a table in file order; none when the value is no table. */
  get members(): readonly Entry[] {
    return Object.keys(this.table ?? {}).map(key => this.#child(key));
  }

  /** The elements of an array; none when the value is no array. */
  get elements(): readonly Entry[] {
    return Array.isArray(this.value) ? this.value.map((_, index) => this.#child(index)) : [];
  }

  /** The entry of a table with this key. */
  member(key: string): Entry | undefined {
    return this.table && Object.hasOwn(this.table, key) ? this.#child(key) : undefined;
  }

  #child(key: string | number): Entry {
    const position = this.#position.children.get(String(key));
    const value = (this.value as Record<string | number, TomlValue>)[key];
    // The locator reads the same document as smol-toml, so each value has a place.
    if (!position || value === undefined) throw new Error(`no position for ${[...this.path, key].join('.')}`);
    return new Entry(this.#source, value, position, { path: [...this.path, key], document: this.#document });
  }
}

/** A key as TOML wants it: bare if it may be, else in quotes. */
export const quoteKey = (key: string): string => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key));
