// Where an instruction of an instrumented core module is in the component's own one, and in its sources. Read only when a guest trapped.
import { readFileSync } from 'node:fs';
import { addedCode, moduleNames } from '../instrument/layout.ts';
import { CodeLines } from '../dwarf/code-lines.ts';
import type { Located, SourcePlace } from '../guest.ts';

/** Paths of what `encodePlaces` and `sourceLines` made. */
export interface PlacesFiles {
  readonly places: string;
  readonly lines: string | undefined;
}

export class CodePlaces {
  readonly #files: readonly PlacesFiles[];
  readonly #lines: readonly (CodeLines | undefined)[];
  readonly #pairs = new Map<number, Uint32Array | undefined>();

  /** `files`: by the index of the core module. */
  constructor(files: readonly PlacesFiles[]) {
    this.#files = files;
    this.#lines = files.map(({ lines }) => (lines === undefined ? undefined : new CodeLines(lines)));
  }

  /** `module` is the name in the frame, `offset` counts from the module's beginning. */
  locate(module: string, offset: number): Located | SourcePlace {
    const index = moduleNames.indexIn(module);
    if (index === undefined || index >= this.#files.length) return 'not the guest';
    const pairs = this.#read(index);
    if (!pairs) return 'moved';
    const located = originalOffset(pairs, offset);
    const source = typeof located === 'number' ? this.#lines[index]?.at(located) : undefined;
    return source === undefined ? located : { source };
  }

  #read(index: number): Uint32Array | undefined {
    if (!this.#pairs.has(index)) this.#pairs.set(index, readPlaces(this.#files[index]?.places));
    return this.#pairs.get(index);
  }
}

export const encodePlaces = (places: Uint32Array): Uint8Array =>
  new Uint8Array(places.buffer, places.byteOffset, places.byteLength);

/** Undefined when it is gone: another process may have removed the entry from the cache. */
function readPlaces(file: string | undefined): Uint32Array | undefined {
  try {
    const bytes = readFileSync(file ?? '');
    return new Uint32Array(Uint8Array.from(bytes).buffer);
  } catch {
    return undefined;
  }
}

/** `places`: pairs of offsets, after and before (Instrumented.places). */
export function originalOffset(places: Uint32Array, offset: number): Located {
  let [low, high] = [0, places.length / 2];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle * 2] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const next = places[low * 2 + 1] ?? addedCode;
  const [after, before] = low === 0 ? [offset, next] : [places[low * 2 - 2] ?? 0, places[low * 2 - 1] ?? 0];
  if (before === addedCode) return 'not the guest';
  // Within what was added: the instruction behind it.
  return Math.min(before + offset - after, next);
}
