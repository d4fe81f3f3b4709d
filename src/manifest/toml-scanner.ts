// Walks the tokens of a TOML document that has been parsed already: it may rely on the text being valid, and gives offsets only.
import { parse } from 'smol-toml';

import type { Span } from './source-text.ts';

/** One part of a dotted key. `name` is without quotes and escapes; `span` covers what is written. */
export interface KeyPart {
  readonly name: string;
  readonly span: Span;
}

export class TomlScanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get at(): number {
    return this.#at;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Goes over `token` if it is next. */
  take(token: string): boolean {
    const found = this.#text.startsWith(token, this.#at);
    if (found) this.#at += token.length;
    return found;
  }

  /** Goes over spaces, line ends and comments. */
  skipToNext(): void {
    this.#skip(/(?:[ \t\r\n]|#[^\n]*)*/y);
  }

  /** Reads `a . "b c" . 'd'` and the blanks around it. */
  keyPath(): readonly KeyPart[] {
    const parts: KeyPart[] = [];
    do {
      this.#skipBlanks();
      parts.push(this.#keyPart());
      this.#skipBlanks();
    } while (this.take('.'));
    return parts;
  }

  /** Goes over a string, number, boolean or date. */
  scalar(): Span {
    const start = this.#at;
    if (this.#text[start] === '"' || this.#text[start] === "'") this.#string();
    else this.#skip(/[^,\]}#\r\n]*/y);
    const written = this.#text.slice(start, this.#at);
    return { start, end: start + written.trimEnd().length };
  }

  #keyPart(): KeyPart {
    const start = this.#at;
    const quoted = this.#text[start] === '"' || this.#text[start] === "'";
    if (quoted) this.#string();
    else this.#skip(/[\w-]+/y);
    const written = this.#text.slice(start, this.#at);
    const name = quoted ? unquote(written) : written;
    return { name, span: { start, end: this.#at } };
  }

  #string(): void {
    // A multi-line string may end in up to two quotes of its own before the three that close it.
    const forms = [/"""(?:[^\\]|\\[^])*?"""(?:"{0,2})/y, /'''[^]*?'''(?:'{0,2})/y, /"(?:[^"\\]|\\.)*"/y, /'[^']*'/y];
    for (const form of forms) if (this.#skip(form)) return;
    throw new Error(`not a TOML string at offset ${this.#at}`);
  }

  #skipBlanks(): void {
    this.#skip(/[ \t]*/y);
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const found = pattern.test(this.#text);
    if (found) this.#at = pattern.lastIndex;
    return found;
  }
}

/** smol-toml knows the escapes of quoted keys. */
const unquote = (written: string): string => Object.keys(parse(`${written} = 0`))[0] ?? '';
