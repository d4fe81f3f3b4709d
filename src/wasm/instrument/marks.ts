// Which stores need no mark of their own: those near one that was marked just before, off the same address.
// A mark covers `slackBytes` on both sides of its page, so it serves every store within that distance. That this holds also
// where addresses wrap around follows from memories being smaller than 4 GiB by more than that (memoryPagesMax): a store whose
// wrapped address lies elsewhere traps, and an instance that trapped is not put back.

/** How far from a marked store another one may be, in bytes, and be covered by its mark; wider by the largest store. */
export const slackBytes = 256;
const reachBytes: number = slackBytes - 16;

/** What is known of a value on the stack: a constant, or a local's value plus a constant. */
interface Known {
  /** Names one value of one local; 0 for constants. */
  readonly base: number;
  readonly delta: number;
}

/** Follows the stack through straight-line code, as far as that is easy; what it does not know it forgets. */
export class AddressTracker {
  #stack: (Known | undefined)[] = [];
  /** By local: the name of its value. */
  readonly #values = new Map<number, number>();
  #marked: Known[] = [];
  #names = 0;

  /** Control may have come from elsewhere: nothing is known any more. */
  forget(): void {
    this.#stack = [];
    this.#values.clear();
    this.#marked = [];
  }

  /** Something happened to the stack, but not to locals. */
  forgetStack(): void {
    if (this.#stack.length > 0) this.#stack = [];
  }

  constant(value: number): void {
    this.#stack.push({ base: 0, delta: value });
  }

  get(local: number): void {
    this.#stack.push({ base: this.#valueOf(local), delta: 0 });
  }

  /** `local.set`, or `local.tee` when the value stays on the stack. */
  set(local: number, tee: boolean): void {
    this.#stack.pop();
    this.#values.delete(local);
    if (tee) this.get(local);
  }

  /** i32.add */
  add(): void {
    const right = this.#stack.pop();
    const left = this.#stack.pop();
    const known = left && right && (left.base === 0 || right.base === 0);
    this.#stack.push(known ? { base: left.base + right.base, delta: (left.delta + right.delta) | 0 } : undefined);
  }

  /** Any other instruction that takes and gives values that are not followed. */
  replace(taken: number, given: number): void {
    for (let count = taken; count > 0; count -= 1) this.#stack.pop();
    for (let count = given; count > 0; count -= 1) this.#stack.push(undefined);
  }

  /** A store at `offset` from the address below `values` values, which it takes: true when a mark covers it already. */
  store(values: number, offset: number): boolean {
    for (let count = values; count > 0; count -= 1) this.#stack.pop();
    const address = this.#stack.pop();
    if (!address) return false;
    const at: Known = { base: address.base, delta: address.delta + offset };
    if (this.#marked.some(mark => mark.base === at.base && Math.abs(mark.delta - at.delta) <= reachBytes)) return true;
    this.#marked.push(at);
    return false;
  }

  #valueOf(local: number): number {
    let name = this.#values.get(local);
    if (name === undefined) {
      this.#names += 1;
      name = this.#names;
      this.#values.set(local, name);
    }
    return name;
  }
}
