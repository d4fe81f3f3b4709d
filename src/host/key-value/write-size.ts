// What a write takes on its way to the storage thread.
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
