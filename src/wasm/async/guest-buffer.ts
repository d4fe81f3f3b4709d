// The part of a guest's memory that one read or write of a stream or future is about (CanonicalABI.md, Buffer).
import { Trap } from '../../wit/trap.ts';
import type { GuestMemory } from '../abi/guest-memory.ts';
import type { InstanceContext } from '../abi/instance-context.ts';
import { itemsMax } from './codes.ts';
import type { Element } from './element.ts';

export class GuestBuffer {
  readonly #memory: GuestMemory | undefined;
  readonly #start: number;
  readonly #length: number;
  /** Items that were moved. */
  progress = 0;

  /** `length`: in items. `layout`: of an item, as far as its place in memory goes. Throws Trap. */
  constructor(memory: GuestMemory | undefined, pointer: number, length: number, layout: Pick<Element, 'size' | 'align'>) {
    if (length > itemsMax) throw new Trap(`${length} items are more than one read or write may be about`);
    this.#memory = memory;
    this.#length = length;
    this.#start = memory && layout.size > 0 && length > 0 ? memory.check(pointer, length * layout.size, layout.align) : 0;
  }

  get isZeroLength(): boolean {
    return this.#length === 0;
  }

  get remaining(): number {
    return this.#length - this.progress;
  }

  /** What the guest has there, at most `max` items. */
  take(instance: InstanceContext, element: Element, max: number): unknown {
    const count = Math.min(max, this.remaining);
    const at = this.#start + this.progress * element.size;
    this.progress += count;
    if (!this.#memory) return element.nothing(count);
    this.#memory.refresh();
    return element.load(instance, this.#memory, at, count);
  }

  /** Gives the guest what fits, which must be all. */
  put(instance: InstanceContext, element: Element, chunk: ArrayLike<unknown>): void {
    const at = this.#start + this.progress * element.size;
    this.progress += chunk.length;
    if (!this.#memory || element.size === 0) return;
    this.#memory.refresh();
    this.#memory.writable(at, chunk.length * element.size, element.align);
    element.store(instance, this.#memory, at, chunk);
  }
}
