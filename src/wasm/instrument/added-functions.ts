// The functions that are added to a module, as code.
import type { AddedIndices } from './layout.ts';
import { marksBytes } from './layout.ts';
import { Writer } from './writer.ts';

const i32 = 0x7f;
const nothing = 0x40;
/** A memarg's alignment with the flag that a memory index follows. */
const aligned = (log2: number): number => 0x40 | log2;

/** Bodies in the order of the indices: tick, and for a module with a memory grow and range. */
export function addedFunctions(added: AddedIndices): Uint8Array[] {
  const { marksMemory } = added;
  return marksMemory === undefined ? [tick(added)] : [tick(added), grow(added, marksMemory), range(added, marksMemory)];
}

/** Calls what the host put into the table: entry 1 where the guest cannot be suspended, else entry 0. */
function tick({ epochMemory, callsTable, types }: AddedIndices): Uint8Array {
  const code = new Writer();
  const call = (entry: number): void => {
    code.put(0x41, entry, 0x25).u32(callsTable).put(0xd1, 0x45, 0x04, nothing);
    code.put(0x41, entry, 0x11).u32(types.tick).u32(callsTable).put(0x0b);
  };
  // if (epoch.held) calls[1]?.() else calls[0]?.()
  code.put(0x41, 0, 0x28, aligned(2)).u32(epochMemory).put(4, 0x04, nothing);
  call(1);
  code.put(0x05);
  call(0);
  code.put(0x0b);
  return body([], code);
}

/**
 * memory.grow on what the guest believes its memory to have: the memory itself grows only when that is more than it has, and
 * the host (entry 2 of the table: how many pages more, how many in all) allows it.
 */
function grow({ callsTable, types }: AddedIndices, marks: number): Uint8Array {
  const [delta, wanted, old] = [0, 1, 2];
  const code = new Writer();
  // old = pages; wanted = old + delta; if (wanted < old) return -1
  code.put(0x41, 0, 0x28, aligned(2)).u32(marks).u32(marksBytes).put(0x22, old);
  code.put(0x20, delta, 0x6a, 0x22, wanted, 0x20, old, 0x49, 0x04, nothing, 0x41, 0x7f, 0x0f, 0x0b);
  // if (wanted > memory.size) {
  code.put(0x20, wanted, 0x3f, 0, 0x4b, 0x04, nothing);
  //   if (calls[2] && !calls[2](wanted - memory.size, wanted)) return -1
  code.put(0x41, 2, 0x25).u32(callsTable).put(0xd1, 0x45, 0x04, nothing);
  code.put(0x20, wanted, 0x3f, 0, 0x6b, 0x20, wanted, 0x41, 2, 0x11).u32(types.mayGrow).u32(callsTable);
  code.put(0x45, 0x04, nothing, 0x41, 0x7f, 0x0f, 0x0b, 0x0b);
  //   if (memory.grow(wanted - memory.size) == -1) return -1 }
  code.put(0x20, wanted, 0x3f, 0, 0x6b, 0x40, 0);
  code.put(0x41, 0x7f, 0x46, 0x04, nothing, 0x41, 0x7f, 0x0f, 0x0b, 0x0b);
  // pages = wanted; return old
  code.put(0x41, 0, 0x20, wanted, 0x36, aligned(2)).u32(marks).u32(marksBytes).put(0x20, old);
  return body([2, i32], code);
}

/** So many bytes are moved in some microseconds. */
const quickBytesMax = 65_536;

/** Marks all pages of [d, d + n) and gives its arguments back: (d, x, n) -> (d, x, n). Long ones check, as loops do. */
function range({ epochMemory, tick: checks }: AddedIndices, marks: number): Uint8Array {
  const [d, x, n, first] = [0, 1, 2, 3];
  const code = new Writer();
  // if (n > quickBytesMax && epoch.tick) tick()
  code.put(0x20, n, 0x41).s32(quickBytesMax);
  code.put(0x4b, 0x04, nothing, 0x41, 0, 0x28, aligned(2)).u32(epochMemory);
  code.put(0, 0x04, nothing, 0x10).u32(checks);
  code.put(0x0b, 0x0b);
  // if (n != 0 && d + n - 1 does not wrap): the instruction that follows traps if it does
  code.put(0x20, n, 0x04, nothing, 0x20, d, 0x20, n, 0x41, 1, 0x6b, 0x6a, 0x20, d, 0x4f, 0x04, nothing);
  // memory.fill(marks, first = d >> 12, 1, ((d + n - 1) >> 12) - first + 1)
  code.put(0x20, d, 0x41, 12, 0x76, 0x22, first, 0x41, 1);
  code.put(0x20, d, 0x20, n, 0x41, 1, 0x6b, 0x6a, 0x41, 12, 0x76, 0x20, first, 0x6b, 0x41, 1, 0x6a);
  code.put(0xfc, 11).u32(marks).put(0x0b, 0x0b);
  code.put(0x20, d, 0x20, x, 0x20, n);
  return body([1, i32], code);
}

/** `locals`: one group of a count and a type, or none. */
function body(locals: readonly number[], code: Writer): Uint8Array {
  const whole = new Writer()
    .put(locals.length > 0 ? 1 : 0, ...locals)
    .copy(code.bytes)
    .put(0x0b);
  return whole.bytes;
}
