// Memories for instances that serve once: V8 takes long to make a memory and to collect it, so those of instances that ended are
// cleared and serve again. The instance itself is a new one.
import { memoryPagesMax } from '../instrument/layout.ts';
import type { CoreModuleFacts } from './core-modules.ts';
import { RecycledMemory } from './recycled-memory.ts';

const wasmPageBytes = 65_536;
/** What the memories that wait for an instance may take: some dozens of the size that a Rust guest has. */
const spareBytesMax: number = 64 * 1024 * 1024;

export class SpareMemories {
  readonly #memoryBytesMax: number;
  readonly #spare = new Map<CoreModuleFacts, RecycledMemory[]>();
  /** Those of instances that serve. */
  readonly #facts = new WeakMap<RecycledMemory, CoreModuleFacts>();
  #spareBytes = 0;

  /** `memoryBytesMax`: what a memory may grow to, in bytes. */
  constructor(memoryBytesMax: number) {
    this.#memoryBytesMax = memoryBytesMax;
  }

  /** A memory for a core module that declares one, all zero. Throws RangeError when there is no room for another. */
  take(facts: CoreModuleFacts): RecycledMemory {
    const spare = this.#spare.get(facts)?.pop();
    if (spare) {
      this.#spareBytes -= spare.realBytes;
      return spare;
    }
    const { minimumPages, maximumPages = memoryPagesMax } = facts;
    const allowed = Math.min(maximumPages, memoryPagesMax, Math.floor(this.#memoryBytesMax / wasmPageBytes));
    const memory = new RecycledMemory({ minimumPages, maximumPages: allowed });
    this.#facts.set(memory, facts);
    return memory;
  }

  /** Whoever used it will never do so again. */
  put(memory: RecycledMemory): void {
    const facts = this.#facts.get(memory);
    if (!facts || this.#spareBytes + memory.realBytes > spareBytesMax) return;
    memory.clear();
    this.#spareBytes += memory.realBytes;
    const spare = this.#spare.get(facts);
    if (spare) spare.push(memory);
    else this.#spare.set(facts, [memory]);
  }
}
