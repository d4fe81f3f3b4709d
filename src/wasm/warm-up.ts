// What a transpiling process does before its job comes: it loads its code, and runs it a little, so that V8 has compiled what
// takes the most time.
import { setImmediate as turn } from 'node:timers/promises';
import { readAdapter } from './adapter.ts';
import { Writer } from './instrument/writer.ts';

/** After so many V8 has compiled the loop; more gains little. */
const rounds = 12;

export async function warmUp(): Promise<void> {
  const [{ instrument }, adapter] = await Promise.all([
    import('./instrument/instrument.ts'),
    readAdapter('reactor'),
    import('./component/plan-component.ts'),
    import('./fast/code-places.ts'),
    import('./dwarf/source-lines.ts'),
    import('./make-component.ts'),
  ]);
  const rare = rareInstructions();
  const coming = new AbortController();
  process.once('message', () => coming.abort());
  for (let round = 0; round < rounds && !coming.signal.aborted; round += 1) {
    instrument(rare);
    instrument(adapter);
    await turn();
  }
}

/**
 * A module of what the adapter has not and others have: V8 forgets what it made of code that it has seen in one way only. It need
 * not be valid, as nobody runs it.
 */
function rareInstructions(): Uint8Array {
  const far = 2 ** 21;
  const body = new Writer()
    // Locals: two groups.
    .put(2, 100, 0x7f, 100, 0x7c)
    // Constants of 64 bits and of floating point, stores of each type, far offsets.
    .put(0x20, 0, 0x42, 0x7f, 0x37, 3, 8, 0x20, 0, 0x43, 0, 0, 0, 0, 0x38, 2, 0)
    .put(0x20, 1, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0x39, 3)
    .u32(far)
    .put(0x41)
    .s32(-far)
    .put(0x22, 2, 0x41, 4, 0x6a, 0x20, 2, 0x36, 2, 0, 0x20, 2, 0x20, 3, 0x6a, 0x41, 1, 0x3a, 0, 0)
    // Blocks with branches to many labels, a loop, calls.
    .put(0x02, 0x40, 0x03, 0x7f, 0x20, 0, 0x0e, 3, 0, 1, 0, 1, 0x0b, 0x0b, 0x20, 0, 0x04, 0x40, 0x05, 0x0b)
    .put(0x10, 0, 0x20, 1, 0x11, 0, 0, 0x0c, 0, 0x0d, 0, 0x1b, 0x1a, 0x23, 0, 0x24, 0, 0x0f)
    // The memory's size, growing, filling and copying; numbers cut to others.
    .put(0x3f, 0, 0x40, 0, 0xfc, 11, 0, 0xfc, 10, 0, 0, 0xfc, 3, 0x0b).bytes;
  const code = new Writer().u32(functions);
  for (let index = 0; index < functions; index += 1) code.u32(body.length).copy(body);
  const module = new Writer().put(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
  // One type without parameters, the functions of it, a memory.
  module.put(1, 4, 1, 0x60, 0, 0);
  module.put(3, functions + 1, functions).copy(new Uint8Array(functions));
  module.put(5, 3, 1, 0, 1);
  return module.put(10).u32(code.length).append(code).bytes;
}

/** Fewer than 128, so that their count is one byte. */
const functions = 64;
