// The invocations that run now. A Set would do, but that one lives long and is filled and emptied with every request: V8 makes it a new
// table each few dozen of them, among its old objects, where they stay until all of those are collected.

/** What can be in one. */
export interface Placed {
  /** Where it is, while it is in one. */
  place: number;
}

export class Running<T extends Placed> implements Iterable<T> {
  readonly #all: T[] = [];

  add(one: T): void {
    one.place = this.#all.push(one) - 1;
  }

  /** Takes out one that is in it: the last takes its place. */
  delete(one: T): void {
    const last = this.#all.pop();
    if (last === undefined || last === one) return;
    this.#all[one.place] = last;
    last.place = one.place;
  }

  /** A copy: whoever is told of may go meanwhile. */
  [Symbol.iterator](): Iterator<T> {
    return [...this.#all].values();
  }
}
