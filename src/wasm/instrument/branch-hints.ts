// The custom section that tells V8 which branches are hardly ever taken: it then spills nothing around the call behind such a
// branch, which in a loop that does little else is a third of its time.
// https://github.com/WebAssembly/branch-hinting
import { Writer } from './writer.ts';

const name = 'metadata.code.branch_hint';
const unlikely = 0;

export class BranchHints {
  readonly #functions = new Writer();
  #count = 0;

  /** `offsets` of branches, from the beginning of the function's body, in order. Functions come in order too. */
  add(index: number, offsets: readonly number[]): void {
    if (offsets.length === 0) return;
    this.#count += 1;
    this.#functions.u32(index).u32(offsets.length);
    // A hint is one byte.
    for (const offset of offsets) this.#functions.u32(offset).byte(1).byte(unlikely);
  }

  get section(): Uint8Array {
    return new Writer().name(name).u32(this.#count).copy(this.#functions.bytes).bytes;
  }
}
