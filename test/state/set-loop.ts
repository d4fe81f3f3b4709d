// A process of its own that sets in a loop and acknowledges each set on stdout, one line, once it has resolved.
// node set-loop.ts <state directory> <first key> <number of sets> <sets under way at once>
import { writeSync } from 'node:fs';
import { openDefaultStore } from '../host/key-value/open-store.ts';

const [directory, prefix, count, atOnce] = process.argv.slice(2);
if (directory === undefined || prefix === undefined) throw new Error('usage: set-loop.ts <directory> <prefix> <count> <at once>');
const store = await openDefaultStore(directory, message => void writeSync(2, `${message}\n`));
const total = Number(count);
let next = 0;

/** Writes at once, also when the reader is behind: a pipe that does not block is full then. */
function acknowledge(line: string): void {
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
  }
}

async function loop(): Promise<void> {
  while (next < total) {
    const key = `${prefix}-${next++}`;
    const result = await store.set('default', key, new TextEncoder().encode(`value of ${key}`));
    acknowledge(result.tag === 'ok' ? `${key}\n` : `failed ${JSON.stringify(result.val)}\n`);
  }
}

await Promise.all(Array.from({ length: Number(atOnce) }, loop));
await store.close();
