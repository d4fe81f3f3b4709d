// What a write takes on its way to the storage thread, and how it is sent there.
import type { Write } from './writer-messages.ts';

/** What a write, and each pair or key of one with many, costs besides its bytes, about. */
const overheadBytes = 128;

/** Strings count a byte a character: near enough for a limit on memory. */
export function sizeOf(write: Write): number {
  const base = overheadBytes + write.store.length;
  switch (write.kind) {
    case 'set-many':
      return write.pairs.reduce((sum, [key, value]) => sum + overheadBytes + key.length + value.byteLength, base);
    case 'delete-many':
      return write.keys.reduce((sum, key) => sum + overheadBytes + key.length, base);
    case 'set':
      return base + write.key.length + write.value.byteLength;
    case 'swap':
      return base + write.key.length + write.value.byteLength + (write.expected?.byteLength ?? 0);
    default:
      return base + write.key.length;
  }
}

/** The same write with buffers of its own: posting a view posts the whole buffer behind it. */
export function toSend(write: Write): Write {
  switch (write.kind) {
    case 'set':
      return { ...write, value: own(write.value) };
    case 'swap':
      return { ...write, value: own(write.value), expected: write.expected && own(write.expected) };
    case 'set-many':
      return { ...write, pairs: write.pairs.map(([key, value]) => [key, own(value)]) };
    default:
      return write;
  }
}

const own = (bytes: Uint8Array): Uint8Array => (bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes));
