// The items of a stream, or the value of a future, as they lie in a guest's memory: compiled once for each type.
import type { WitNode } from '../../wit/types.ts';
import type { GuestMemory } from '../abi/guest-memory.ts';
import type { InstanceContext } from '../abi/instance-context.ts';
import { alignOf, sizeOf, unalias } from '../abi/layout.ts';
import { load } from '../abi/load.ts';
import { Source } from '../abi/source.ts';
import { store } from '../abi/store.ts';
import { sameType } from '../component/same-function.ts';

export interface Element {
  readonly size: number;
  readonly align: number;
  /** Numbers and the like, which mean the same to whoever has them (definitions.py, none_or_number_type). */
  readonly isNumber: boolean;
  /** `count` items at a place that was checked: a Uint8Array of bytes, an array of all else. */
  load(instance: InstanceContext, memory: GuestMemory, at: number, count: number): unknown;
  store(instance: InstanceContext, memory: GuestMemory, at: number, chunk: ArrayLike<unknown>): void;
  /** `count` items that carry nothing. */
  nothing(count: number): unknown;
}

const numbers: ReadonlySet<string> = new Set(['u8', 'u16', 'u32', 'u64', 's8', 's16', 's32', 's64', 'f32', 'f64']);

const nothing = (count: number): unknown[] => Array.from({ length: count });

const noElement: Element = {
  size: 0,
  align: 1,
  isNumber: true,
  load: (_, __, ___, count) => nothing(count),
  store: () => {},
  nothing,
};

const bytesElement: Element = {
  size: 1,
  align: 1,
  isNumber: true,
  load: (_, memory, at, count) => memory.bytes(at, count),
  store: (_, memory, at, chunk) => memory.u8.set(chunk as Uint8Array, at),
  nothing,
};

function compile(type: WitNode): Element {
  const size = sizeOf(type);
  const loading = new Source();
  const loadOne = loading.compile(['I', 'M', 'at'], `return ${load(loading, type, 'at')};`);
  const storing = new Source();
  const storeOne = storing.compile(['I', 'M', 'at', 'v'], store(storing, type, 'at', 'v'));
  return {
    size,
    align: alignOf(type),
    isNumber: numbers.has(unalias(type).kind),
    load: (instance, memory, at, count) => {
      // A future, which has one, is what most of these are: Array.from takes ten times as long.
      const loaded: unknown[] = [];
      for (let place = 0; place < count; place += 1) loaded.push(loadOne(instance, memory, at + place * size));
      return loaded;
    },
    store: (instance, memory, at, chunk) => {
      for (let place = 0; place < chunk.length; place += 1) {
        storeOne(instance, memory, at + place * size, chunk[place]);
        memory.refresh();
      }
    },
    nothing,
  };
}

/** Those of one component. */
export class Elements {
  readonly #compiled = new Map<WitNode, Element>();
  /** Types of the component's that were compared with the host's, and are the same. */
  readonly #same = new Map<WitNode, Set<WitNode>>();

  of(type: WitNode | undefined): Element {
    // A plan that was kept as JSON has null where there is nothing.
    if (!type) return noElement;
    const known = this.#compiled.get(type);
    if (known) return known;
    const element = unalias(type).kind === 'u8' ? bytesElement : compile(type);
    this.#compiled.set(type, element);
    return element;
  }

  /** `own`: as the component has it; `host`: as the host declares it. */
  isSame(own: WitNode | undefined, host: WitNode | undefined): boolean {
    if (!own || !host) return !own && !host;
    const same = this.#same.get(own);
    if (same?.has(host)) return true;
    if (!sameType(own, host)) return false;
    if (same) same.add(host);
    else this.#same.set(own, new Set([host]));
    return true;
  }
}
