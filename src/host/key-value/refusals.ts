// Tells the user of labels that guests were refused, each once.

/** Guests choose the labels, so what is remembered is bounded. */
const refusalsToldMax = 100;

export class Refusals {
  readonly #warn: (message: string) => void;
  readonly #told = new Set<string>();

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  tell(component: string, label: string): void {
    const refusal = JSON.stringify([component, label]);
    if (this.#told.size >= refusalsToldMax || this.#told.has(refusal)) return;
    this.#told.add(refusal);
    const shown = JSON.stringify(label);
    this.#warn(
      `component "${component}" was refused the key-value store ${shown}: add ${shown} to key_value_stores in [component.${component}] to allow it`,
    );
  }
}
