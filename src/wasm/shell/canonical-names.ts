// Whether a name section is as wasm-tools writes one (wasm-metadata, names/module.rs): it then leaves it as it is.
import { isUtf8 } from 'node:buffer';
import { ByteReader } from '../binary.ts';

/** A longer name wasm-tools refuses (wasmparser, limits.rs). */
const nameBytesMax = 100_000;

const moduleName = 0;
/** Subsections that are lists of an index and a name. */
const plain: ReadonlySet<number> = new Set([1, 4, 5, 6, 7, 8, 9, 11]);
/** Subsections that are lists of an index and such a list. */
const nested: ReadonlySet<number> = new Set([2, 3, 10]);

/** `data`: of the section, behind its name. Throws MalformedWasm where it ends too early. */
export function hasCanonicalNames(data: Uint8Array): boolean {
  const section = new CanonicalReader(data);
  let isFirst = true;
  while (!section.done) {
    const id = section.byte();
    const reader = new CanonicalReader(section.take(section.integer()));
    // Wherever it was, the module's name is put first.
    if (id === moduleName && isFirst) reader.passName();
    else if (plain.has(id)) reader.passNames();
    else if (nested.has(id)) reader.passNestedNames();
    else return false;
    if (!reader.done || !reader.isCanonical || !section.isCanonical) return false;
    isFirst = false;
  }
  return true;
}

class CanonicalReader extends ByteReader {
  /** Every integer was as short as it can be, every name one that is taken. */
  isCanonical = true;

  integer(): number {
    const from = this.offset;
    const value = this.u32();
    const taken = this.offset - from;
    // The last byte of a longer one than needed is zero.
    if (taken > 1 && value < 0x80 ** (taken - 1)) this.isCanonical = false;
    return value;
  }

  passName(): void {
    const bytes = this.take(this.integer());
    if (bytes.length > nameBytesMax || !isUtf8(bytes)) this.isCanonical = false;
  }

  passNames(): void {
    for (let count = this.integer(); count > 0; count -= 1) {
      this.integer();
      this.passName();
    }
  }

  passNestedNames(): void {
    for (let count = this.integer(); count > 0; count -= 1) {
      this.integer();
      this.passNames();
    }
  }
}
