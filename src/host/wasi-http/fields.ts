// wasi:http/types' fields: header names in lower case, values as bytes, both checked as HTTP (RFC 9110 5.1, 5.5) demands.
import { err, ok, okay, type Result } from '../../wit/types.ts';
import type { HeaderError } from './error-code.ts';

export type Entry = readonly [string, Uint8Array];
type Changed = Result<undefined, HeaderError>;

/** What a guest may not set: these belong to the connection, which is the host's (spin-behaviour 2.3). */
const forbidden: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'host',
  'http2-settings',
]);

/** A guest must not fill the host's memory with headers: names and values of one `fields` together. */
export const fieldsBytesMax: number = 1024 * 1024;

export const isForbidden = (name: string): boolean => forbidden.has(name);
/** Of ASCII only: to JavaScript the Kelvin sign is a K, too. */
const lowerCase = (name: string): string =>
  /[A-Z]/.test(name) ? name.replace(/[A-Z]+/g, letters => letters.toLowerCase()) : name;
const isToken = (name: string): boolean => /^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name);

/** Tab, visible ASCII and bytes above it: no control characters, so no header can be smuggled in. */
const isFieldValue = (value: Uint8Array): boolean => value.every(byte => byte === 9 || (byte >= 32 && byte !== 127));

/** Thrown when a guest passes `fieldsBytesMax`; the caller traps. */
export class FieldsTooLarge extends RangeError {
  constructor() {
    super(`the headers are larger than ${fieldsBytesMax} bytes, which is the limit`);
  }
}

export class Fields {
  readonly #entries: Entry[];
  readonly #mutable: boolean;
  #bytes = 0;

  private constructor(entries: Entry[], mutable: boolean) {
    this.#entries = entries;
    this.#mutable = mutable;
    for (const entry of entries) this.#grow(entry);
  }

  static empty(): Fields {
    return new Fields([], true);
  }

  /** Received headers: the guest reads them and cannot change them, nor may the caller. Names must be in lower case. */
  static received(entries: Entry[]): Fields {
    return new Fields(entries, false);
  }

  /** `from-list` */
  static fromList(entries: readonly (readonly [string, Uint8Array])[]): Result<Fields, HeaderError> {
    const checked: Entry[] = [];
    for (const [written, value] of entries) {
      const name = lowerCase(written);
      const refusal = refuse(name, [value]);
      if (refusal) return err(refusal);
      checked.push([name, value]);
    }
    return ok(new Fields(checked, true));
  }

  get isMutable(): boolean {
    return this.#mutable;
  }

  /** Names and values together. */
  get bytes(): number {
    return this.#bytes;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get(written: string): Uint8Array[] {
    const name = lowerCase(written);
    return this.#entries.flatMap(([key, value]) => (key === name ? [value] : []));
  }

  has(written: string): boolean {
    const name = lowerCase(written);
    return this.#entries.some(([key]) => key === name);
  }

  /** Replaces all values of the name. */
  set(written: string, values: readonly Uint8Array[]): Changed {
    const name = lowerCase(written);
    const refusal = this.#refuseChange(name, values);
    if (refusal) return err(refusal);
    this.#remove(name);
    for (const value of values) this.#add([name, value]);
    return okay;
  }

  append(written: string, value: Uint8Array): Changed {
    const name = lowerCase(written);
    const refusal = this.#refuseChange(name, [value]);
    if (refusal) return err(refusal);
    this.#add([name, value]);
    return okay;
  }

  delete(written: string): Changed {
    const name = lowerCase(written);
    const refusal = this.#refuseChange(name, []);
    if (refusal) return err(refusal);
    this.#remove(name);
    return okay;
  }

  /** A copy that can be changed. */
  clone(): Fields {
    return new Fields([...this.#entries], true);
  }

  /** A view that cannot be changed, for `headers` of a message that owns them. */
  frozen(): Fields {
    return new Fields(this.#entries, false);
  }

  #refuseChange(name: string, values: readonly Uint8Array[]): HeaderError | undefined {
    return this.#mutable ? refuse(name, values) : { tag: 'immutable' };
  }

  #add(entry: Entry): void {
    this.#grow(entry);
    this.#entries.push(entry);
  }

  #grow([name, value]: Entry): void {
    this.#bytes += name.length + value.byteLength;
    if (this.#mutable && this.#bytes > fieldsBytesMax) throw new FieldsTooLarge();
  }

  #remove(name: string): void {
    for (let index = this.#entries.length - 1; index >= 0; index--) {
      const entry = this.#entries[index];
      if (entry?.[0] !== name) continue;
      this.#bytes -= name.length + entry[1].byteLength;
      this.#entries.splice(index, 1);
    }
  }
}

function refuse(name: string, values: readonly Uint8Array[]): HeaderError | undefined {
  if (!isToken(name)) return { tag: 'invalid-syntax' };
  if (isForbidden(name)) return { tag: 'forbidden' };
  return values.every(isFieldValue) ? undefined : { tag: 'invalid-syntax' };
}
