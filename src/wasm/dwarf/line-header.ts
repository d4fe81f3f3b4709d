// The header of one line program in `.debug_line` (DWARF 4 and 5, section 6.2.4; versions 2 and 3 differ by one field).
import { DwarfReader, MalformedDwarf, textOf, type DwarfText } from './dwarf-reader.ts';

/** The sections of a module that lines are read from. */
export interface LineSections {
  readonly line: Uint8Array;
  /** `.debug_line_str` and `.debug_str`, empty where there is none. */
  readonly lineStrings: Uint8Array;
  readonly strings: Uint8Array;
}

export interface SourceFile {
  readonly name: DwarfText;
  readonly directory: number;
}

export interface LineHeader {
  readonly version: number;
  readonly instructionBytes: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** By opcode, from 1: how many arguments it has. */
  readonly argumentCounts: readonly number[];
  readonly directories: readonly DwarfText[];
  /** A program may add to them. */
  readonly files: SourceFile[];
}

/** How many files and directories a module may name; a program of a thousand crates names some ten thousand. */
export const entriesMax = 200_000;

export class EntryBudget {
  #left: number = entriesMax;

  /** Throws MalformedDwarf. */
  take(): void {
    this.#left -= 1;
    if (this.#left < 0) throw new MalformedDwarf('too many files');
  }
}

/** `offsetBytes`: 4, or 8 in a unit of 64-bit DWARF. Leaves the reader where the program begins. Throws MalformedDwarf. */
export function readHeader(reader: DwarfReader, offsetBytes: number, sections: LineSections, budget: EntryBudget): LineHeader {
  const version = reader.u16();
  if (version < 2 || version > 5) throw new MalformedDwarf(`version ${version}`);
  // The sizes of addresses and of segment selectors: an address in a program comes with its own.
  if (version === 5) reader.skip(2);
  const length = reader.sized(offsetBytes);
  const program = new DwarfReader(reader.bytes, reader.at, reader.end).skip(length) + length;
  const instructionBytes = reader.u8();
  // Operations in an instruction, of which Wasm has one; and whether lines begin as statements, which is not asked here.
  reader.skip(version >= 4 ? 2 : 1);
  const lineBase = reader.i8();
  const lineRange = reader.u8();
  const opcodeBase = reader.u8();
  if (lineRange === 0 || opcodeBase === 0) throw new MalformedDwarf('a header of zeros');
  const argumentCounts = [0, ...Array.from({ length: opcodeBase - 1 }, () => reader.u8())];
  const common = { version, instructionBytes, lineBase, lineRange, opcodeBase, argumentCounts };
  const entries = new DwarfReader(reader.bytes, reader.at, program);
  reader.at = program;
  if (version < 5) return { ...common, ...oldEntries(entries, budget) };
  const directories = newEntries(entries, offsetBytes, sections, budget).map(({ name }) => name);
  return { ...common, directories, files: newEntries(entries, offsetBytes, sections, budget) };
}

type Entries = Pick<LineHeader, 'directories' | 'files'>;

/** Until version 4: texts, and files with three numbers each, both ended by an empty text. */
function oldEntries(reader: DwarfReader, budget: EntryBudget): Entries {
  const directories: DwarfText[] = [];
  const files: SourceFile[] = [];
  for (; reader.peek() !== 0; directories.push(reader.text())) budget.take();
  reader.skip(1);
  for (; reader.peek() !== 0; files.push(readOldFile(reader))) budget.take();
  return { directories, files };
}

export function readOldFile(reader: DwarfReader): SourceFile {
  const name = reader.text();
  const directory = reader.uleb();
  // When it was changed and how long it is.
  reader.uleb();
  reader.uleb();
  return { name, directory };
}

const contents = { path: 1, directory: 2 } as const;

/** Version 5: a table that says itself which columns it has. */
function newEntries(reader: DwarfReader, offsetBytes: number, sections: LineSections, budget: EntryBudget): SourceFile[] {
  const columns = Array.from({ length: reader.u8() }, () => ({ content: reader.uleb(), form: reader.uleb() }));
  const count = reader.uleb();
  // Without columns an entry would take no byte, and their number no bound.
  if (count > reader.left) throw new MalformedDwarf('more entries than bytes');
  const entries: SourceFile[] = [];
  for (let index = 0; index < count; index += 1) {
    budget.take();
    let [name, directory]: [DwarfText | undefined, number] = [undefined, 0];
    for (const { content, form } of columns) {
      const value = readForm(reader, form, offsetBytes, sections);
      if (content === contents.path && typeof value === 'object') name = value;
      if (content === contents.directory && typeof value === 'number') directory = value;
    }
    entries.push({ name: name ?? { bytes: new Uint8Array(), at: 0 }, directory });
  }
  return entries;
}

/** Those that section 6.2.4.1 allows: every one of them has a byte at least. Throws MalformedDwarf. */
function readForm(reader: DwarfReader, form: number, offsetBytes: number, sections: LineSections): DwarfText | number {
  switch (form) {
    case 0x08: // string
      return reader.text();
    case 0x1f: // line_strp
      return { bytes: sections.lineStrings, at: reader.sized(offsetBytes) };
    case 0x0e: // strp
      return { bytes: sections.strings, at: reader.sized(offsetBytes) };
    case 0x0b: // data1
      return reader.u8();
    case 0x05: // data2
      return reader.u16();
    case 0x06: // data4
      return reader.sized(4);
    case 0x07: // data8
      return reader.sized(8);
    case 0x0f: // udata
      return reader.uleb();
    case 0x1e: // data16: an MD5
      return reader.skip(16);
    case 0x09: // block
      return reader.skip(reader.uleb());
    default:
      throw new MalformedDwarf(`a form 0x${form.toString(16)}`);
  }
}

/** As the compiler was told it: relative to the folder that it ran in, else absolute. Empty when there is no such file. */
export function pathOf({ version, directories, files }: LineHeader, index: number): string {
  const file = files[version < 5 ? index - 1 : index];
  if (!file) return '';
  const name = textOf(file.name);
  // 0 is the compiler's folder, which only version 5 names.
  const directory = file.directory === 0 ? undefined : directories[version < 5 ? file.directory - 1 : file.directory];
  if (!directory || /^(?:[/\\]|[A-Za-z]:)/.test(name)) return name;
  const home = version < 5 ? '' : `${directories[0] ? textOf(directories[0]) : ''}/`;
  const path = `${textOf(directory)}/${name}`;
  return home.length > 1 && path.startsWith(home) ? path.slice(home.length) : path;
}
