// Things in no order. A Set would do, but one that lives long and is filled and emptied with every request is made a new table by V8
// each few dozen of them, among its old objects, where they stay until all of those are collected: most of what was there.

/** What can be in one bag at a time. */
export interface Placed {
  /** Where it is, while it is in one. */
  place: number;
}

export class Bag<T extends Placed> implements Iterable<T> {
  readonly #all: T[] = [];

  get size(): number {
    return this.#all.length;
  }

  add(one: T): void {
    one.place = this.#all.push(one) - 1;
  }

  /** Takes it out, the last getting its place. Nothing when it is not in it. */
  delete(one: T): void {
    if (this.#all[one.place] !== one) return;
    const last = this.#all.pop();
    if (last === undefined || last === one) return;
    this.#all[one.place] = last;
    last.place = one.place;
  }

  /** Over a copy: whoever is told of may go meanwhile. */
  [Symbol.iterator](): Iterator<T> {
    return [...this.#all].values();
  }
}
