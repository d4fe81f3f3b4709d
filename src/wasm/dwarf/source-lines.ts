// From a core module with DWARF to the table of its lines. Used by the transpiling process alone, which ends: what a hostile
// module costs is bounded by the limits here, in line-table.ts and in line-header.ts.
import { customSectionsOf, MalformedWasm, sectionsOf } from '../binary.ts';
import { DwarfReader, MalformedDwarf } from './dwarf-reader.ts';
import { EntryBudget, pathOf, readHeader, type LineSections } from './line-header.ts';
import { runProgram } from './line-program.ts';
import { LineTable } from './line-table.ts';

/** Takes 4 s on a slow machine. A program of 100 MB with all debug information has some 10 MB of it. */
const lineBytesMax = 32 * 1024 * 1024;

const codeSection = 10;

/** The table that CodeLines reads; undefined for a module that has no lines, or none that can be read. */
export function sourceLines(module: Uint8Array): Uint8Array | undefined {
  const custom = new Map<string, Uint8Array>();
  forgiving(() => {
    for (const { name, data } of customSectionsOf(module)) custom.set(name, data);
  });
  const line = custom.get('.debug_line');
  if (!line || line.byteLength > lineBytesMax) return undefined;
  const none = new Uint8Array();
  const lineStrings = custom.get('.debug_line_str') ?? none;
  const sections: LineSections = { line, lineStrings, strings: custom.get('.debug_str') ?? none };
  const code = sectionsOf(module).find(({ id }) => id === codeSection);
  if (!code) return undefined;
  const table = new LineTable(code.body.byteLength);
  new UnitsReader(sections, table).readAll();
  return table.encode(code.offset);
}

class UnitsReader {
  readonly #sections: LineSections;
  readonly #table: LineTable;
  readonly #budget = new EntryBudget();

  constructor(sections: LineSections, table: LineTable) {
    this.#sections = sections;
    this.#table = table;
  }

  /** What is wrong in one unit says nothing of the next; where a unit's length is wrong, nothing more can be read. */
  readAll(): void {
    const reader = new DwarfReader(this.#sections.line);
    forgiving(() => {
      while (reader.left > 0) {
        const first = reader.sized(4);
        const offsetBytes = first === 0xffff_ffff ? 8 : 4;
        const length = offsetBytes === 8 ? reader.sized(8) : first;
        const start = reader.skip(length);
        forgiving(() => this.#read(new DwarfReader(reader.bytes, start, reader.at), offsetBytes));
      }
    });
  }

  #read(unit: DwarfReader, offsetBytes: number): void {
    const header = readHeader(unit, offsetBytes, this.#sections, this.#budget);
    this.#table.beginProgram(file => pathOf(header, file));
    runProgram(unit, header, this.#budget, this.#table);
  }
}

function forgiving(read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof MalformedDwarf || error instanceof MalformedWasm)) throw error;
  }
}
