// The writes of a turn as they are posted to the storage thread: in a few lists and one buffer. As an object each they take longer to
// be cloned than to be written.
import type { Write } from './writer-messages.ts';

export interface PackedWrites {
  /** Of each: its store and its key; two empty ones for one that is in `others`. */
  readonly texts: readonly string[];
  /** Of each: the length of its value in `values`, `deleted`, or `apart`. */
  readonly lengths: readonly number[];
  readonly values: Uint8Array<ArrayBuffer>;
  /** What is neither a `set` nor a `delete`, in order. */
  readonly others: readonly Write[];
}

const deleted = -1;
const apart = -2;

export function packWrites(writes: readonly Write[]): PackedWrites {
  const texts: string[] = [];
  const lengths: number[] = [];
  const others: Write[] = [];
  let bytes = 0;
  for (const write of writes) if (write.kind === 'set') bytes += write.value.byteLength;
  const values = new Uint8Array(bytes);
  let end = 0;
  for (const write of writes) {
    if (write.kind === 'set') {
      texts.push(write.store, write.key);
      lengths.push(write.value.byteLength);
      values.set(write.value, end);
      end += write.value.byteLength;
    } else if (write.kind === 'delete') {
      texts.push(write.store, write.key);
      lengths.push(deleted);
    } else {
      texts.push('', '');
      lengths.push(apart);
      others.push(withOwnBytes(write));
    }
  }
  return { texts, lengths, values, others };
}

/** The writes that were packed, in their order. */
export function unpackWrites({ texts, lengths, values, others }: PackedWrites): readonly Write[] {
  let start = 0;
  let taken = 0;
  return lengths.map((length, index): Write => {
    const [store = '', key = ''] = [texts[2 * index], texts[2 * index + 1]];
    if (length === deleted) return { kind: 'delete', store, key };
    if (length >= 0) return { kind: 'set', store, key, value: values.subarray(start, (start += length)) };
    const other = others[taken++];
    if (!other) throw new Error('a write that was packed apart is not there');
    return other;
  });
}

/** The same write with buffers of its own: posting a view posts the whole buffer behind it. */
function withOwnBytes(write: Write): Write {
  switch (write.kind) {
    case 'swap':
      return { ...write, value: own(write.value), expected: write.expected && own(write.expected) };
    case 'set-many':
      return { ...write, pairs: write.pairs.map(([key, value]) => [key, own(value)]) };
    default:
      return write;
  }
}

const own = (bytes: Uint8Array): Uint8Array => (bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes));
