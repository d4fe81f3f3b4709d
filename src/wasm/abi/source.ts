// A function's source text while it is written: names for temporaries, and constants that the text refers to.

/** JavaScript text of an expression. */
export type Expression = string;

export class Source {
  readonly #constants = new Map<unknown, string>();
  readonly #declared: string[] = [];
  /** Borrowed handles are noted in `L` as lent, so that the guest cannot give them away meanwhile. */
  readonly lends: boolean;
  #temporaries = 0;

  constructor(options: { readonly lends?: boolean } = {}) {
    this.lends = options.lends ?? false;
  }

  /** A name that nothing else has. */
  temporary(): string {
    this.#temporaries += 1;
    return `t${this.#temporaries}`;
  }

  /** A name for a value that the text cannot spell. */
  constant(value: unknown): Expression {
    let name = this.#constants.get(value);
    if (name === undefined) {
      name = `K${this.#constants.size}`;
      this.#constants.set(value, name);
    }
    return name;
  }

  /** A name for an object that is made once for each binding; its text may refer to the parameters of `compile`. */
  declare(text: Expression): Expression {
    const name = `D${this.#declared.length}`;
    this.#declared.push(`const ${name} = ${text};`);
    return name;
  }

  /** A function `(...parameters) => body`, in which the constants are known, and what was declared. */
  compile(parameters: readonly string[], body: string): (...args: unknown[]) => unknown {
    const text = `'use strict'; return (${parameters.join(', ')}) => {${this.lends ? 'let L = [];' : ''} ${this.#declared.join(' ')} ${body}}`;
    // oxlint-disable-next-line typescript/no-implied-eval -- compiled text is what this file is for; names in it are quoted
    const make = new Function(...this.#constants.values(), text) as (...values: unknown[]) => (...args: unknown[]) => unknown;
    return make(...this.#constants.keys());
  }
}

/** As a JavaScript string literal. */
export const quoted = (text: string): Expression => JSON.stringify(text);
