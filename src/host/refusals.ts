// Tells the user of labels that components were refused, each once. Bounded, since guests choose the labels.
import type { Invocation } from './interface.ts';

const toldMax = 100;

export interface RefusedKind {
  /** `SQLite database` */
  readonly what: string;
  /** The list in the manifest: `sqlite_databases`. */
  readonly list: string;
}

export class Refusals {
  readonly #kind: RefusedKind;
  readonly #warn: (message: string) => void;
  readonly #told = new Set<string>();

  constructor(kind: RefusedKind, warn: (message: string) => void) {
    this.#kind = kind;
    this.#warn = warn;
  }

  tell(invocation: Pick<Invocation, 'component' | 'refused'>, label: string): void {
    const { id } = invocation.component;
    const refusal = JSON.stringify([id, label]);
    const shown = JSON.stringify(label);
    const { what, list } = this.#kind;
    const text = `was refused the ${what} ${shown}: add ${shown} to ${list} in [component.${id}] to allow it`;
    invocation.refused?.(text);
    if (this.#told.size >= toldMax || this.#told.has(refusal)) return;
    this.#told.add(refusal);
    this.#warn(`component "${id}" ${text}`);
  }
}
