// Names of functions in the form that newer rustc write (RFC 2603, "v0"), as their author wrote them: without hashes and
// lifetimes.

/** Names refer to parts of themselves, so that a short one may stand for a very long one. */
const stepsMax = 2000;
const lettersMax = 10_000;
/** Each step may be within another. */
const depthMax = 100;

class NotV0 extends Error {}

/** `_RNvNtCs79RonfD0sGA_4shop4cart3add` is `shop::cart::add`. Undefined for what has another form. */
export function demangledV0(name: string): string | undefined {
  const [, mangled] = /^_R([A-Z]\w*)(?:[.$].*)?$/.exec(name) ?? [];
  if (mangled === undefined) return undefined;
  try {
    return new V0Reader(mangled).path(true);
  } catch (error) {
    if (error instanceof NotV0) return undefined;
    throw error;
  }
}

const basicTypes: Readonly<Record<string, string>> = {
  a: 'i8',
  b: 'bool',
  c: 'char',
  d: 'f64',
  e: 'str',
  f: 'f32',
  h: 'u8',
  i: 'isize',
  j: 'usize',
  l: 'i32',
  m: 'u32',
  n: 'i128',
  o: 'u128',
  p: '_',
  s: 'i16',
  t: 'u16',
  u: '()',
  v: '...',
  x: 'i64',
  y: 'u64',
  z: '!',
};

const pointers: Readonly<Record<string, string>> = { R: '&', Q: '&mut ', P: '*const ', O: '*mut ' };

class V0Reader {
  readonly #text: string;
  #at = 0;
  #steps = 0;
  #depth = 0;
  #letters = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** `isValue`: generic arguments follow `::`, as in an expression. */
  path(isValue = false): string {
    return this.#within(() => {
      const tag = this.#next();
      switch (tag) {
        case 'C':
          return this.#identifier().name;
        case 'M':
          this.#implPath();
          return `<${this.type()}>`;
        case 'X':
          this.#implPath();
          return `<${this.type()} as ${this.path()}>`;
        case 'Y':
          return `<${this.type()} as ${this.path()}>`;
        case 'N':
          return this.#nested(isValue);
        case 'I': {
          const path = this.path(isValue);
          const list = this.#untilE(() => this.#argument()).filter(argument => argument !== '');
          return list.length === 0 ? path : `${path}${isValue ? '::' : ''}<${list.join(', ')}>`;
        }
        case 'B':
          return this.#elsewhere(() => this.path(isValue));
        default:
          throw new NotV0();
      }
    });
  }

  #implPath(): void {
    this.#disambiguator();
    this.path();
  }

  #nested(isValue: boolean): string {
    const space = this.#next();
    const path = this.path(isValue);
    const { name, index } = this.#identifier();
    if (/[a-z]/.test(space)) return name === '' ? path : `${path}::${name}`;
    const kind = { C: 'closure', S: 'shim' }[space] ?? space;
    return `${path}::{${kind}${name === '' ? '' : `:${name}`}#${index}}`;
  }

  #argument(): string {
    if (!this.#take('L')) return this.#take('K') ? this.#constant() : this.type();
    // A lifetime, of which nothing is shown.
    this.#base62();
    return '';
  }

  type(): string {
    return this.#within(() => {
      const tag = this.#next();
      const basic = basicTypes[tag];
      if (basic !== undefined) return basic;
      const pointer = pointers[tag];
      if (pointer !== undefined) {
        if (this.#take('L')) this.#base62();
        return pointer + this.type();
      }
      switch (tag) {
        case 'A':
          return `[${this.type()}; ${this.#constant()}]`;
        case 'S':
          return `[${this.type()}]`;
        case 'T': {
          const members = this.#untilE(() => this.type());
          return `(${members.join(', ')}${members.length === 1 ? ',' : ''})`;
        }
        case 'F':
          return this.#functionType();
        case 'D':
          return this.#dynamic();
        case 'B':
          return this.#elsewhere(() => this.type());
        default:
          this.#at -= 1;
          return this.path();
      }
    });
  }

  #functionType(): string {
    if (this.#take('G')) this.#base62();
    const unsafe = this.#take('U') ? 'unsafe ' : '';
    let abi = '';
    if (this.#take('K')) abi = `extern "${this.#take('C') ? 'C' : this.#identifier().name.replaceAll('_', '-')}" `;
    const parameters = this.#untilE(() => this.type());
    const result = this.type();
    return `${unsafe}${abi}fn(${parameters.join(', ')})${result === '()' ? '' : ` -> ${result}`}`;
  }

  #dynamic(): string {
    if (this.#take('G')) this.#base62();
    const traits = this.#untilE(() => {
      let trait = this.path();
      while (this.#take('p')) {
        const bound = `${this.#identifier().name} = ${this.type()}`;
        trait = trait.endsWith('>') ? `${trait.slice(0, -1)}, ${bound}>` : `${trait}<${bound}>`;
      }
      return trait;
    });
    if (this.#take('L')) this.#base62();
    return `dyn ${traits.join(' + ')}`;
  }

  #constant(): string {
    return this.#within(() => {
      if (this.#take('B')) return this.#elsewhere(() => this.#constant());
      const type = this.#next();
      if (type === 'p') return '_';
      if (!/[abchijlmnostxy]/.test(type)) throw new NotV0();
      const [whole = '', minus = '', digits = ''] = /^(n?)([0-9a-f]*)_/.exec(this.#text.slice(this.#at)) ?? [];
      if (whole === '') throw new NotV0();
      this.#at += whole.length;
      const value = BigInt(`0x${digits === '' ? '0' : digits}`);
      if (type === 'b') return value === 0n ? 'false' : 'true';
      if (type !== 'c') return minus === '' ? `${value}` : `-${value}`;
      return value < 0x11_0000n ? `'${String.fromCodePoint(Number(value))}'` : '_';
    });
  }

  #identifier(): { readonly name: string; readonly index: number } {
    const index = this.#disambiguator();
    const [whole = '', , digits = ''] = /^(u?)(0|[1-9]\d*)_?/.exec(this.#text.slice(this.#at)) ?? [];
    if (whole === '') throw new NotV0();
    const start = this.#at + whole.length;
    this.#at = start + Number(digits);
    this.#letters += Number(digits);
    if (this.#at > this.#text.length || this.#letters > lettersMax) throw new NotV0();
    // One with other letters than ASCII stays in its Punycode: it can be read still.
    return { name: this.#text.slice(start, this.#at), index };
  }

  #disambiguator(): number {
    return this.#take('s') ? this.#base62() + 1 : 0;
  }

  #base62(): number {
    const [whole = '', digits = ''] = /^([0-9a-zA-Z]*)_/.exec(this.#text.slice(this.#at)) ?? [];
    if (whole === '') throw new NotV0();
    this.#at += whole.length;
    if (digits === '') return 0;
    const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
    return Array.from(digits, digit => alphabet.indexOf(digit)).reduce((value, digit) => value * 62 + digit, 0) + 1;
  }

  /** What an earlier part of the name says. */
  #elsewhere(read: () => string): string {
    const from = this.#at;
    const to = this.#base62();
    if (to >= from) throw new NotV0();
    const after = this.#at;
    this.#at = to;
    const found = read();
    this.#at = after;
    return found;
  }

  #untilE(read: () => string): string[] {
    const found: string[] = [];
    while (!this.#take('E')) found.push(read());
    return found;
  }

  #within(read: () => string): string {
    this.#steps += 1;
    this.#depth += 1;
    if (this.#steps > stepsMax || this.#depth > depthMax) throw new NotV0();
    const found = read();
    this.#depth -= 1;
    return found;
  }

  #next(): string {
    const character = this.#text[this.#at];
    if (character === undefined) throw new NotV0();
    this.#at += 1;
    return character;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }
}
