// Runs one line program of `.debug_line` (DWARF 4 and 5, section 6.2.5): from opcodes to rows.
import type { DwarfReader } from './dwarf-reader.ts';
import { readOldFile, type EntryBudget, type LineHeader } from './line-header.ts';

/** Takes the rows of a program. Addresses are offsets in the body of the code section. */
export interface Rows {
  /** From `address` on. `line` 0: of no line. */
  row(address: number, file: number, line: number, column: number): void;
  /** The rows up to here belong together, and the code that they tell of ends before `address`. */
  endSequence(address: number): void;
}

const standard = {
  copy: 1,
  advancePc: 2,
  advanceLine: 3,
  setFile: 4,
  setColumn: 5,
  constAddPc: 8,
  fixedAdvancePc: 9,
} as const;

const extended = { endSequence: 1, setAddress: 2, defineFile: 3 } as const;

/** Takes a time that is linear in the program's length: each opcode has a byte. Throws MalformedDwarf. */
export function runProgram(reader: DwarfReader, header: LineHeader, budget: EntryBudget, rows: Rows): void {
  const machine = new LineMachine(reader, header, budget, rows);
  while (reader.left > 0) machine.step();
}

class LineMachine {
  readonly #reader: DwarfReader;
  readonly #header: LineHeader;
  readonly #budget: EntryBudget;
  readonly #rows: Rows;
  #address = 0;
  #file = 1;
  #line = 1;
  #column = 0;

  constructor(reader: DwarfReader, header: LineHeader, budget: EntryBudget, rows: Rows) {
    this.#reader = reader;
    this.#header = header;
    this.#budget = budget;
    this.#rows = rows;
  }

  step(): void {
    const opcode = this.#reader.u8();
    const { opcodeBase, lineBase, lineRange } = this.#header;
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      this.#advance(Math.floor(adjusted / lineRange));
      this.#moveLine(lineBase + (adjusted % lineRange));
      this.#emit();
    } else if (opcode === 0) {
      this.#extended();
    } else {
      this.#standard(opcode);
    }
  }

  #standard(opcode: number): void {
    const { opcodeBase, lineRange, argumentCounts } = this.#header;
    switch (opcode) {
      case standard.copy:
        return this.#emit();
      case standard.advancePc:
        return this.#advance(this.#reader.uleb());
      case standard.advanceLine:
        return this.#moveLine(this.#reader.sleb());
      case standard.setFile:
        this.#file = this.#reader.uleb();
        return;
      case standard.setColumn:
        this.#column = this.#reader.uleb();
        return;
      case standard.constAddPc:
        return this.#advance(Math.floor((255 - opcodeBase) / lineRange));
      case standard.fixedAdvancePc:
        this.#address += this.#reader.u16();
        return;
      default:
        // Statements, blocks, prologues, the instruction set, and what later versions add: only their arguments are passed.
        for (let index = argumentCounts[opcode] ?? 0; index > 0; index -= 1) this.#reader.uleb();
    }
  }

  #extended(): void {
    const length = this.#reader.uleb();
    const start = this.#reader.skip(length);
    if (length === 0) return;
    const end = this.#reader.at;
    this.#reader.at = start;
    const opcode = this.#reader.u8();
    if (opcode === extended.setAddress) this.#address = this.#reader.sized(length - 1);
    if (opcode === extended.defineFile && this.#header.version < 5) {
      this.#budget.take();
      this.#header.files.push(readOldFile(this.#reader));
    }
    if (opcode === extended.endSequence) {
      this.#rows.endSequence(this.#address);
      [this.#address, this.#file, this.#line, this.#column] = [0, 1, 1, 0];
    }
    this.#reader.at = end;
  }

  #advance(instructions: number): void {
    this.#address += instructions * this.#header.instructionBytes;
  }

  /** Lines are numbers of 32 bits, which may go around. */
  #moveLine(by: number): void {
    this.#line = (this.#line + by) >>> 0;
  }

  #emit(): void {
    this.#rows.row(this.#address, this.#file, this.#line, this.#column);
  }
}
