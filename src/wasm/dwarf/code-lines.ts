// Which line of its sources an instruction of a core module comes from. Read only when a guest trapped.
import { readFileSync } from 'node:fs';
import { rowWords } from './line-table.ts';

interface Table {
  readonly rows: Uint32Array;
  readonly files: readonly string[];
}

export class CodeLines {
  readonly #file: string;
  #table: Table | undefined;

  /** `file`: path of what `sourceLines` made. */
  constructor(file: string) {
    this.#file = file;
  }

  /** `src/lib.rs:42:13` for an offset that counts from the module's beginning; undefined where nothing is known of it. */
  at(offset: number): string | undefined {
    this.#table ??= readTable(this.#file);
    const { rows, files } = this.#table;
    let [low, high] = [0, rows.length / rowWords];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((rows[middle * rowWords] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    const row = (low - 1) * rowWords;
    const [line, place] = [rows[row + 1], rows[row + 2]];
    if (!line || !place) return undefined;
    const column = place & 0xffff;
    return `${files[place >>> 16] ?? ''}:${line}${column === 0 ? '' : `:${column}`}`;
  }
}

/** Empty when it is gone: another process may have removed the entry from the cache. */
function readTable(file: string): Table {
  try {
    const bytes = Uint8Array.from(readFileSync(file));
    const [length = 0] = new Uint32Array(bytes.buffer, 0, 1);
    const rows = new Uint32Array(bytes.buffer, 4, length);
    return { rows, files: JSON.parse(new TextDecoder().decode(bytes.subarray(4 + length * 4))) as string[] };
  } catch {
    return { rows: new Uint32Array(), files: [] };
  }
}
