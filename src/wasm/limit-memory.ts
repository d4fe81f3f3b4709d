// Gives the memories of a core module a maximum, so that a guest with plain bindings cannot grow them without end.
import { Cursor } from './instrument/cursor.ts';
import { Writer } from './instrument/writer.ts';

const preambleBytes = 8;
const memorySection = 5;
const wasmPageBytes = 65_536;

/** The module whose own memories grow to at most `bytesMax`, or to what they have at first. The module must be valid. */
export function limitMemory(module: Uint8Array, bytesMax: number): Uint8Array {
  const cursor = new Cursor(module, preambleBytes);
  while (cursor.at < module.byteLength) {
    const start = cursor.at;
    const id = cursor.byte();
    const length = cursor.u32();
    const end = cursor.at + length;
    if (id === memorySection) {
      const memories = limited(new Cursor(module.subarray(cursor.at, end)), Math.floor(bytesMax / wasmPageBytes));
      return new Writer().copy(module, 0, start).put(memorySection).u32(memories.byteLength).copy(memories).copy(module, end)
        .bytes;
    }
    cursor.at = end;
  }
  return module;
}

/** The memory section with other maxima: the flag 1 says that there is one, 2 that it is shared, 4 that addresses have 64 bits. */
function limited(section: Cursor, pagesMax: number): Uint8Array {
  const count = section.u32();
  const writer = new Writer().u32(count);
  for (let index = 0; index < count; index += 1) {
    const flags = section.byte();
    const minimum = section.u32();
    const maximum = (flags & 1) === 0 ? Number.POSITIVE_INFINITY : section.u32();
    writer
      .put(flags | 1)
      .u32(minimum)
      .u32(Math.max(minimum, Math.min(maximum, pagesMax)));
  }
  return writer.bytes;
}
