// What becomes of a module's code: the code section's new body, where its parts were before, and hints for V8.
import { BranchHints } from './branch-hints.ts';
import { Writer } from './writer.ts';

export class CodeOutput {
  readonly code: Writer;
  readonly hints: BranchHints = new BranchHints();
  /** Offsets in `code` and in the old body, in turn. */
  #places = new Uint32Array(1024);
  #length = 0;

  /** `expected`: how many bytes of code there will be, about. */
  constructor(expected: number) {
    this.code = new Writer(expected);
  }

  /** What lies behind these two places is the same. */
  place(after: number, before: number): void {
    if (this.#length === this.#places.length) this.#grow();
    this.#places[this.#length] = after;
    this.#places[this.#length + 1] = before;
    this.#length += 2;
  }

  /** How many places there are. */
  get places(): number {
    return this.#length / 2;
  }

  /** What lies behind the places from that number on has been put so much further on in the new code. */
  moveFrom(number: number, by: number): void {
    for (let at = number * 2; at < this.#length; at += 2) this.#places[at]! += by;
  }

  /** As offsets in the modules: their code sections begin at these. Once, when all is written. */
  placesFrom(after: number, before: number): Uint32Array {
    const places = this.#places.subarray(0, this.#length);
    for (let at = 0; at < places.length; at += 2) {
      places[at]! += after;
      places[at + 1]! += before;
    }
    return places;
  }

  #grow(): void {
    const larger = new Uint32Array(this.#places.length * 2);
    larger.set(this.#places);
    this.#places = larger;
  }
}
