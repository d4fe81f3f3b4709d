// Tells the user of labels that components were refused, each once. Bounded, since guests choose the labels.

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

  tell(component: string, label: string): void {
    const refusal = JSON.stringify([component, label]);
    if (this.#told.size >= toldMax || this.#told.has(refusal)) return;
    this.#told.add(refusal);
    const shown = JSON.stringify(label);
    const { what, list } = this.#kind;
    this.#warn(
      `component "${component}" was refused the ${what} ${shown}: add ${shown} to ${list} in [component.${component}] to allow it`,
    );
  }
}
