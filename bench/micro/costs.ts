// What the engine's parts cost: a host call, a reset, a preemption check: node bench/micro/costs.ts
import { provide } from '../../src/wit/provided.ts';
import type { HostScope } from '../../src/wit/scope.ts';
import { func, witInterface } from '../../src/wit/interface.ts';
import { u64 } from '../../src/wit/types.ts';
import { readFileSync } from 'node:fs';
import { fastInstance, plainInstance } from './instances.ts';
import { time } from './ratios.ts';

const rounds = Math.max(21, Number(process.env['BENCH_ROUNDS'] ?? 0));
const warmUps = 10;

/** `once` does it `times` times; the values are what one takes. */
function measure(name: string, unit: 'ns' | 'us', times: number, once: () => number): void {
  for (let round = 0; round < warmUps; round += 1) once();
  const perMs = unit === 'ns' ? 1e6 : 1e3;
  const values = Array.from({ length: rounds }, () => (once() * perMs) / times);
  console.log(JSON.stringify({ name, unit, values }));
}

const text = (letters: string): number[] => [letters.length, ...Buffer.from(letters)];
const section = (id: number, ...content: number[]): number[] => [id, content.length, ...content];

/** (module (import "host" "call" (func (result i64))) (func (export "run") (param i32) (loop BODY, one less, again until 0))) */
function loopModule(...body: number[]): Uint8Array<ArrayBuffer> {
  // local.get 0, i32.const 1, i32.sub, local.tee 0, br_if 0, end, end
  const code = [0x00, 0x03, 0x40, ...body, 0x20, 0x00, 0x41, 0x01, 0x6b, 0x22, 0x00, 0x0d, 0x00, 0x0b, 0x0b];
  return new Uint8Array([
    0x00,
    0x61,
    0x73,
    0x6d,
    0x01,
    0x00,
    0x00,
    0x00,
    ...section(1, 0x02, 0x60, 0x00, 0x01, 0x7e, 0x60, 0x01, 0x7f, 0x00),
    ...section(2, 0x01, ...text('host'), ...text('call'), 0x00, 0x00),
    ...section(3, 0x01, 0x01),
    ...section(7, 0x01, ...text('run'), 0x00, 0x01),
    ...section(10, 0x01, code.length, ...code),
  ]);
}

const host = provide<undefined>()(witInterface('bench:host/calls', '1.0.0', { functions: { call: func([], u64) } }), {
  call: () => 1n,
});
const scope: HostScope = {
  enter: () => {},
  tick: () => {},
  warn: () => {},
  wait: promise => promise,
  failed: error => error as Error,
  state: () => undefined,
};
const canons = [
  {
    kind: 'lower',
    interface: 'bench:host/calls@1.0.0',
    name: 'call',
    type: { async: false, params: [], result: u64 },
    options: { encoding: 'utf8', async: false },
  },
] as const;
const imports = [{ module: 'host', name: 'call', kind: 'func', item: { from: 'canon', canon: 0 } }] as const;
const surroundings = { plan: { canons, imports }, offers: [host], scope };

// call 0, drop
const calling = fastInstance(loopModule(0x10, 0x00, 0x1a), surroundings).functions('run');
const calls = 100_000;
measure('host call', 'ns', calls, () => time(() => calling(calls)));

const turns = 5_000_000;
const plainLoop = plainInstance(loopModule(), { host: { call: () => 1n } })('run');
const checkedLoop = fastInstance(loopModule(), surroundings).functions('run');
measure('preemption check', 'ns', turns, () => {
  const checked = time(() => checkedLoop(turns));
  return checked - time(() => plainLoop(turns));
});

const { instance } = fastInstance(new Uint8Array(readFileSync(new URL('compute/compute.wasm', import.meta.url))));
const [memory] = instance.core.memories;
const resets = 1000;
for (const pages of [0, 16, 256]) {
  measure(pages === 16 ? 'reset' : `reset, ${pages} pages`, 'us', resets, () =>
    time(() => {
      for (let count = 0; count < resets; count += 1) {
        memory?.marked.fill(1, 0, pages);
        instance.reset();
      }
    }),
  );
}
