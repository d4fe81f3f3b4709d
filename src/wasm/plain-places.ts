// Where the code of a guest with plain bindings is in its sources. Read only when a guest trapped.
import { readFileSync } from 'node:fs';
import { CodeLines } from './dwarf/code-lines.ts';
import type { LocateCode } from './guest.ts';
import { limitMemory } from './limit-memory.ts';
import type { ModuleLines } from './transpile-job.ts';

/** `path`: of a file of the component. Undefined where there are no lines: frames are right as they are. */
export function plainLocate(
  lines: readonly ModuleLines[],
  path: (name: string) => string,
  memoryBytesMax: number,
): LocateCode | undefined {
  if (lines.length === 0) return undefined;
  const places = new Map(
    lines.map(({ module, coreFile, linesFile }) => [
      module,
      new PlainPlaces(path(coreFile), new CodeLines(path(linesFile)), memoryBytesMax),
    ]),
  );
  return (module, offset) => places.get(module)?.locate(offset) ?? offset;
}

class PlainPlaces {
  readonly #coreFile: string;
  readonly #lines: CodeLines;
  readonly #memoryBytesMax: number;
  #shift: number | undefined;

  constructor(coreFile: string, lines: CodeLines, memoryBytesMax: number) {
    this.#coreFile = coreFile;
    this.#lines = lines;
    this.#memoryBytesMax = memoryBytesMax;
  }

  locate(offset: number): ReturnType<LocateCode> {
    this.#shift ??= this.#readShift();
    const source = this.#lines.at(offset - this.#shift);
    return source === undefined ? offset : { source };
  }

  /** By how many bytes the code was moved when the module was given the maximum of its memory, which stands before it. */
  #readShift(): number {
    try {
      const module = readFileSync(this.#coreFile);
      return limitMemory(module, this.#memoryBytesMax).byteLength - module.byteLength;
    } catch {
      // It is gone, as the lines will be.
      return 0;
    }
  }
}
