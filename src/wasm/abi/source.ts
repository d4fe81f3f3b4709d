// A function's source text while it is written: names for temporaries, and constants that the text refers to.

/** JavaScript text of an expression. */
export type Expression = string;

export class Source {
  readonly #constants = new Map<unknown, string>();
  #temporaries = 0;

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

  /** A function `(...parameters) => body`, in which the constants are known. */
  compile(parameters: readonly string[], body: string): (...args: unknown[]) => unknown {
    const make = new Function(...this.#constants.values(), `'use strict'; return (${parameters.join(', ')}) => {${body}}`) as (
      ...values: unknown[]
    ) => (...args: unknown[]) => unknown;
    return make(...this.#constants.keys());
  }
}

/** As a JavaScript string literal. */
export const quoted = (text: string): Expression => JSON.stringify(text);
