// Which stores need no mark of their own: those near one that was marked just before, off the same address.
// A mark covers `slackBytes` on both sides of its page, so it serves every store within that distance. That this holds also
// where addresses wrap around follows from memories being smaller than 4 GiB by more than that (memoryPagesMax): a store whose
// wrapped address lies elsewhere traps, and an instance that trapped is not put back.

/** How far from a marked store another one may be, in bytes, and be covered by its mark; wider by the largest store. */
export const slackBytes = 256;
const reachBytes: number = slackBytes - 16;

/** Instead of the name of a local's value: of a value that is a constant, and of one of which nothing is known. */
const constant = 0;
const unknown = -1;

/**
 * Follows the stack through straight-line code, as far as that is easy; what it does not know it forgets.
 * A value is a base (names one value of one local) plus a constant. In arrays of numbers that stay, not in objects: every
 * instruction passes here.
 */
export class AddressTracker {
  readonly #bases: number[] = [];
  readonly #deltas: number[] = [];
  #depth = 0;
  /** By local: the name of its value; one up to `#floor` is forgotten. */
  readonly #values: number[] = [];
  #floor = 0;
  #names = 0;
  readonly #markedBases: number[] = [];
  readonly #markedDeltas: number[] = [];
  #marked = 0;

  /** Control may have come from elsewhere: nothing is known any more. */
  forget(): void {
    this.#depth = 0;
    this.#floor = this.#names;
    this.#marked = 0;
  }

  /** Another function begins, with so many locals. */
  begin(locals: number): void {
    this.forget();
    while (this.#values.length < locals) this.#values.push(0);
  }

  /** Something happened to the stack, but not to locals. */
  forgetStack(): void {
    this.#depth = 0;
  }

  constant(value: number): void {
    this.#push(constant, value);
  }

  get(local: number): void {
    let name = this.#values[local] ?? 0;
    if (name <= this.#floor) {
      this.#names += 1;
      name = this.#names;
      this.#values[local] = name;
    }
    this.#push(name, 0);
  }

  /** `local.set`, or `local.tee` when the value stays on the stack. */
  set(local: number, tee: boolean): void {
    this.#drop(1);
    this.#values[local] = 0;
    if (tee) this.get(local);
  }

  /** i32.add */
  add(): void {
    const depth = this.#depth;
    // What lies deeper than what was followed is unknown.
    const right = depth > 0 ? this.#bases[depth - 1]! : unknown;
    const left = depth > 1 ? this.#bases[depth - 2]! : unknown;
    this.#drop(2);
    if (left === unknown || right === unknown || (left !== constant && right !== constant)) this.#push(unknown, 0);
    else this.#push(left + right, (this.#deltas[depth - 2]! + this.#deltas[depth - 1]!) | 0);
  }

  /** Any other instruction that takes and gives values that are not followed. */
  replace(taken: number, given: 0 | 1): void {
    this.#drop(taken);
    if (given === 1) this.#push(unknown, 0);
  }

  /** A store at `offset` from the address below `values` values, which it takes: true when a mark covers it already. */
  store(values: number, offset: number): boolean {
    this.#drop(values);
    if (this.#depth === 0) return false;
    this.#depth -= 1;
    const base = this.#bases[this.#depth]!;
    if (base === unknown) return false;
    const delta = this.#deltas[this.#depth]! + offset;
    for (let index = 0; index < this.#marked; index += 1) {
      if (this.#markedBases[index] === base && Math.abs(this.#markedDeltas[index]! - delta) <= reachBytes) return true;
    }
    this.#markedBases[this.#marked] = base;
    this.#markedDeltas[this.#marked] = delta;
    this.#marked += 1;
    return false;
  }

  #push(base: number, delta: number): void {
    this.#bases[this.#depth] = base;
    this.#deltas[this.#depth] = delta;
    this.#depth += 1;
  }

  #drop(count: number): void {
    this.#depth = Math.max(0, this.#depth - count);
  }
}
