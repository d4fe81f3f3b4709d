import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { newRingMemory, RingReader, RingWriter } from '../../src/workers/output-ring.ts';

type Stream = 'stdout' | 'stderr';

interface Ends {
  readonly writer: RingWriter;
  /** Takes all that is there. */
  readonly take: () => void;
  /** What came, by component and stream. */
  readonly came: Map<string, Buffer>;
  readonly warnings: string[];
  told: number;
  /** What was to be called in a few milliseconds. */
  soon: () => void;
}

function ends(onTell?: (made: Ends) => void): Ends {
  const memory = newRingMemory();
  const components = ['a', 'b'];
  const reader = new RingReader(memory, components);
  const came = new Map<string, Buffer>();
  const warnings: string[] = [];
  const made: Ends = {
    writer: new RingWriter(memory, {
      components,
      tell: () => {
        made.told += 1;
        onTell?.(made);
      },
      soon: tell => void (made.soon = tell),
      warn: message => void warnings.push(message),
    }),
    take: () =>
      reader.take({
        write: (component, stream, bytes) =>
          void came.set(`${component} ${stream}`, Buffer.concat([came.get(`${component} ${stream}`) ?? Buffer.alloc(0), bytes])),
      }),
    came,
    warnings,
    told: 0,
    soon: () => {},
  };
  return made;
}

const print = fc.record({
  component: fc.constantFrom('a', 'b'),
  stream: fc.constantFrom<Stream>('stdout', 'stderr'),
  bytes: fc.nat({ max: 200_000 }),
});

test('what is printed comes whole, in order, to its component and stream, however it is taken', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(print, fc.boolean()), { maxLength: 30 }), prints => {
      const { writer, take, came, warnings } = ends();
      const printed = new Map<string, Buffer>();
      let next = 0;
      let waiting = 0;
      for (const [{ component, stream, bytes }, takes] of prints) {
        const piece = Buffer.from(Uint8Array.from({ length: bytes % 50_000 }, () => (next += 1) % 251));
        const key = `${component} ${stream}`;
        printed.set(key, Buffer.concat([printed.get(key) ?? Buffer.alloc(0), piece]));
        writer.write(component, stream, piece);
        waiting += piece.length;
        // Before there is no room any more for one print.
        if (!takes && waiting < 150_000) continue;
        take();
        waiting = 0;
      }
      take();
      assert.deepEqual(warnings, []);
      for (const [key, bytes] of printed) if (bytes.length > 0) assert.ok(bytes.equals(came.get(key) ?? Buffer.alloc(0)), key);
    }),
    { numRuns: 50 },
  );
});

test('the reader is told once until it takes', () => {
  const made = ends();
  for (let count = 0; count < 5; count += 1) made.writer.write('a', 'stdout', Buffer.from('x'));
  assert.equal(made.told, 0);
  made.soon();
  assert.equal(made.told, 1);
  made.take();
  made.writer.write('b', 'stderr', Buffer.from('y'));
  made.soon();
  made.soon();
  assert.equal(made.told, 2);
  made.take();
  assert.deepEqual(
    [...made.came].map(([key, bytes]) => `${key}: ${bytes.toString()}`),
    ['a stdout: xxxxx', 'b stderr: y'],
  );
});

test('the reader is told at once when the ring fills', () => {
  const made = ends();
  made.writer.write('a', 'stdout', Buffer.alloc(40_000));
  assert.equal(made.told, 0);
  made.writer.write('a', 'stdout', Buffer.alloc(40_000));
  assert.equal(made.told, 1);
  // It was told what it would have been told soon.
  made.soon();
  assert.equal(made.told, 1);
});

test('when nobody takes, the guest waits for a while, then output is dropped, and that is said once', () => {
  const { writer, warnings, take, came } = ends();
  const flood = Buffer.alloc(400_000, 0x78);
  writer.write('a', 'stdout', flood);
  assert.deepEqual(warnings, ['output of the app is lost: it was not taken for 2 s']);
  take();
  const kept = came.get('a stdout')?.length ?? 0;
  assert.ok(kept > 100_000 && kept < 400_000, `${kept} bytes were kept`);
});
