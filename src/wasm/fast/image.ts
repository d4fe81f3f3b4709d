// The first state of an instance: what instantiation left in its memories, globals and handles, and how it is put back.
import type { HandleTable } from '../abi/handle-table.ts';
import type { RecycledMemory } from './recycled-memory.ts';

/** Images of memories that instances of one component have in common, by the place of the memory. */
export type SharedImages = (Uint8Array | undefined)[];

/** A memory that grew to this many times its first size, and by more than `growthBytesMax`, is not kept. */
const growthFactorMax = 4;
const growthBytesMax = 32 * 1024 * 1024;

export class Image {
  readonly #memories: readonly RecycledMemory[];
  readonly #globals: readonly WebAssembly.Global[];
  readonly #values: readonly unknown[];
  readonly #handles: HandleTable;
  readonly #bytesMax: number;
  readonly #exact: boolean;

  /** Takes the image now. */
  constructor(
    memories: readonly RecycledMemory[],
    globals: readonly WebAssembly.Global[],
    handles: HandleTable,
    shared: SharedImages,
  ) {
    this.#memories = memories;
    this.#globals = globals;
    this.#values = globals.map(global => global.value as unknown);
    this.#handles = handles;
    // JavaScript does not keep the bits of a NaN.
    this.#exact = !this.#values.some(Number.isNaN);
    for (const [place, memory] of memories.entries()) shared[place] = memory.takeImage(shared[place]);
    const bytes = realBytes(memories);
    this.#bytesMax = Math.max(bytes * growthFactorMax, bytes + growthBytesMax);
    handles.snapshot();
  }

  /** False when that cannot be, or when the instance has grown so much that another is cheaper. */
  putBack(): boolean {
    if (!this.#exact || realBytes(this.#memories) > this.#bytesMax || !this.#handles.restore()) return false;
    for (const memory of this.#memories) memory.putBack();
    for (let place = 0; place < this.#globals.length; place += 1) this.#globals[place]!.value = this.#values[place];
    return true;
  }
}

function realBytes(memories: readonly RecycledMemory[]): number {
  let bytes = 0;
  for (const memory of memories) bytes += memory.realBytes;
  return bytes;
}
