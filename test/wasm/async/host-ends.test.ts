// Streams and futures between guest and host, both of which take their time and change their mind: nothing is lost, doubled or out of
// order, and each learns that the other has gone.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as fc from 'fast-check';
import type { AnyProvided } from '../../../src/wit/provided.ts';
import type { FutureReader, StreamReader } from '../../../src/wit/stream.ts';
import { startRun } from '../../runtime/start-run.ts';
import { component } from '../fixtures.ts';
import { callExport, fastFromBytes } from '../fast/make.ts';
import { guestEnds, hostEnds, hostEndsText, modes } from './host-ends-guest.ts';

let bytes: Uint8Array;
before(async () => {
  bytes = await component(hostEndsText);
});

/** How long the host takes before it does something: nothing, some microtasks, turns of the loop. */
type Pause = readonly [kind: 'none' | 'ticks' | 'turns', count: number];
const pauses: fc.Arbitrary<Pause> = fc.tuple(fc.constantFrom('none', 'ticks', 'turns'), fc.integer({ min: 1, max: 3 }));

async function pause([kind, count]: Pause): Promise<void> {
  if (kind === 'none') return;
  for (let left = count; left > 0; left -= 1) await (kind === 'ticks' ? Promise.resolve() : nextTurn());
}

type Step = readonly [size: number, mode: number];
const sizes = fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 12, arbitrary: fc.integer({ min: 1, max: 12 }) });
const steps: fc.Arbitrary<readonly Step[]> = fc.array(fc.tuple(sizes, fc.constantFrom(...Object.values(modes))), {
  maxLength: 12,
});
/** To the end, whatever is still to come. */
const drain: readonly Step[] = Array.from({ length: 200 }, () => [5, modes.wait] as const);

class Source implements StreamReader<Uint8Array> {
  #there: number[] = [];
  #isWritten = false;
  #notify: (() => void) | undefined;
  isCancelled = false;

  constructor(chunks: readonly (readonly [readonly number[], Pause])[]) {
    void this.#write(chunks);
  }

  get ended(): boolean {
    return this.#isWritten && this.#there.length === 0;
  }

  read(max: number): Uint8Array | undefined {
    const chunk = this.#there.splice(0, max);
    return chunk.length > 0 ? new Uint8Array(chunk) : undefined;
  }

  whenReady(notify: () => void): void {
    this.#notify = notify;
    this.#changed();
  }

  cancel(): void {
    this.isCancelled = true;
  }

  async #write(chunks: readonly (readonly [readonly number[], Pause])[]): Promise<void> {
    for (const [chunk, before] of chunks) {
      await pause(before);
      this.#there.push(...chunk);
      this.#changed();
    }
    this.#isWritten = true;
    this.#changed();
  }

  #changed(): void {
    if (this.#there.length === 0 && !this.ended) return;
    const notify = this.#notify;
    this.#notify = undefined;
    notify?.();
  }
}

const unused = (): never => {
  throw new Error('not called here');
};

async function callGuest(name: 'read' | 'write' | 'read-future', told: readonly Step[], functions: object): Promise<number[]> {
  const all = { source: unused, sink: unused, value: unused, ...functions };
  const provided = { wit: hostEnds, functions: all, drops: {} } as unknown as AnyProvided;
  const run = startRun({ provides: [provided] });
  const instance = fastFromBytes(bytes, { offers: [provided] }).instantiate(run);
  const target = { interface: 'tspin:abi/guest@1.0.0', name, type: guestEnds.functions[name] };
  const given = await callExport(instance, target, told.flat()).catch((error: unknown) => {
    throw run.reason ?? error;
  });
  assert.equal(run.bug, undefined);
  return [...(given as Uint8Array)];
}

const numRuns = Number(process.env['TSPIN_ABI_RUNS'] ?? 500);

test('a guest reads what the host writes, and the host learns that it stopped', async t => {
  const chunks = fc.array(
    fc.tuple(
      fc.uint8Array({ minLength: 1, maxLength: 20 }).map(chunk => [...chunk]),
      pauses,
    ),
    {
      maxLength: 6,
    },
  );
  let [whole, early] = [0, 0];
  await fc.assert(
    fc.asyncProperty(chunks, steps, fc.boolean(), async (written, first, drains) => {
      let source: Source | undefined;
      const read = await callGuest('read', drains ? [...first, ...drain] : first, {
        source: () => (source = new Source(written)),
      });
      const all = written.flatMap(([chunk]) => chunk);
      assert.deepEqual(read, all.slice(0, read.length));
      if (drains) assert.equal(read.length, all.length);
      assert.ok(source?.isCancelled || source?.ended);
      if (read.length === all.length) whole += 1;
      else early += 1;
    }),
    { numRuns },
  );
  t.diagnostic(`${whole} read to the end, ${early} in part`);
  assert.ok(whole > 50 && early > 50);
});

test('the host reads what a guest writes, and the guest learns how much of it, and that the host stopped', async t => {
  const reads = fc.array(fc.tuple(fc.integer({ min: 1, max: 15 }), pauses), { maxLength: 8 });
  let [stopped, written] = [0, 0];
  await fc.assert(
    fc.asyncProperty(reads, steps, fc.boolean(), async (first, told, stops) => {
      const taken: number[] = [];
      const consume = async (reader: StreamReader<Uint8Array>): Promise<void> => {
        const rest = stops ? [] : Array.from({ length: 1000 }, () => [4, ['none', 1]] as const);
        for (const [max, before] of [...first, ...rest]) {
          await pause(before as Pause);
          await new Promise<void>(resolve => reader.whenReady(resolve));
          if (reader.ended) return;
          taken.push(...(reader.read(max) ?? []));
        }
        stopped += 1;
        reader.cancel();
      };
      let consumed: Promise<void> | undefined;
      const told200 = stops ? [...told, ...drain.slice(0, 20)] : told;
      const wrote = await callGuest('write', told200, {
        sink: (_: unknown, reader: StreamReader<Uint8Array>) => void (consumed = consume(reader)),
      });
      await consumed;
      assert.deepEqual(
        wrote,
        wrote.map((_, place) => (31 * place + 7) % 256),
      );
      assert.deepEqual(taken, wrote);
      if (wrote.length > 0) written += 1;
    }),
    { numRuns },
  );
  t.diagnostic(`${written} wrote something, ${stopped} times the host stopped`);
  assert.ok(written > 100 && stopped > 50);
});

test('a guest that cancels its read of a future can read it again', async t => {
  let [had, left] = [0, 0];
  await fc.assert(
    fc.asyncProperty(pauses, steps, fc.boolean(), async (before, first, waits) => {
      let cancelled = false;
      let settled: { value: number } | undefined;
      const value = (): FutureReader<number> => {
        const written = pause(before).then(() => (settled = { value: 0x01020304 }));
        return {
          get settled() {
            return settled;
          },
          abandoned: false,
          whenReady: notify => void written.then(notify),
          cancel: () => void (cancelled = true),
        };
      };
      const read = await callGuest('read-future', waits ? [...first, [1, modes.wait]] : first, { value });
      if (waits) assert.equal(read.length, 4);
      if (read.length > 0) assert.deepEqual(read, [4, 3, 2, 1]);
      else assert.ok(cancelled || settled);
      if (read.length > 0) had += 1;
      else left += 1;
    }),
    { numRuns },
  );
  t.diagnostic(`${had} had the value, ${left} left it`);
  assert.ok(had > 50 && left > 5);
});
