// The handles of one component instance: resources, ends of streams and futures, waitable sets and subtasks share one table
// (component-model, CanonicalABI.md, Table).
import { Trap } from '../../wit/trap.ts';

export class HandleTable {
  readonly #max: number;
  /** Index 0 is never given. */
  readonly #entries: (object | undefined)[] = [undefined];
  readonly #free: number[] = [];
  #kept: readonly (object | undefined)[] = [undefined];
  #keptFree: readonly number[] = [];
  /** An entry that belongs to the first state was removed. */
  #spoilt = false;

  /** `max`: how many handles there may be at once. */
  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#entries.length - 1 - this.#free.length;
  }

  /** Throws Trap when there are too many. */
  add(entry: object): number {
    const free = this.#free.pop();
    if (free !== undefined) {
      this.#entries[free] = entry;
      return free;
    }
    if (this.#entries.length > this.#max) throw new Trap(`the guest holds ${this.#max} handles, which is the limit`);
    return this.#entries.push(entry) - 1;
  }

  get(index: number): object | undefined {
    return this.#entries[index >>> 0];
  }

  /** Frees the index, which must be taken. */
  remove(index: number): void {
    const place = index >>> 0;
    if (this.#kept[place] !== undefined) this.#spoilt = true;
    this.#entries[place] = undefined;
    this.#free.push(place);
  }

  /** What was added since `snapshot` and not removed. */
  added(): object[] {
    const added: object[] = [];
    for (let place = 1; place < this.#entries.length; place += 1) {
      const entry = this.#entries[place];
      if (entry !== undefined && entry !== this.#kept[place]) added.push(entry);
    }
    return added;
  }

  /** What is held now is what `restore` goes back to. */
  snapshot(): void {
    this.#kept = [...this.#entries];
    this.#keptFree = [...this.#free];
    this.#spoilt = false;
  }

  /** False when an entry of the snapshot was removed meanwhile: its object cannot be had back. */
  restore(): boolean {
    if (this.#spoilt) return false;
    for (let place = 0; place < this.#kept.length; place += 1) this.#entries[place] = this.#kept[place];
    this.#entries.length = this.#kept.length;
    this.#free.length = 0;
    for (const place of this.#keptFree) this.#free.push(place);
    return true;
  }
}
