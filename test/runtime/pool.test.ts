// Which instances serve again, of components that tspin binds itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wasiClocks } from '../../src/host/wasi-clocks/wasi-clocks.ts';
import { wasiRandom } from '../../src/host/wasi-random/wasi-random.ts';
import type { AnyHostInterface, Clock } from '../../src/host/interface.ts';
import { Collector } from '../../src/runtime/collector.ts';
import { Hosts } from '../../src/runtime/host-states.ts';
import { InstancePool, type PooledInstance } from '../../src/runtime/pool.ts';
import { InvocationRun } from '../../src/runtime/run.ts';
import { func } from '../../src/wit/interface.ts';
import { u64 } from '../../src/wit/types.ts';
import { Chain } from '../../src/host/chain.ts';
import { stubComponent } from '../host/harness.ts';
import { component } from '../wasm/fixtures.ts';
import { callExport, fastFromBytes } from '../wasm/fast/make.ts';

const output = { write: () => {} };
const clock: Clock = { monotonicNow: () => process.hrtime.bigint(), wallNowMs: () => Date.now() };
const value = { interface: 'tspin:test/seeded@1.0.0', name: 'value', type: func([], u64) };

/** Asks in its start for what `call` gives, and answers `value` with that or, when it has been asked before, with 0. */
const seededText = (call: string) => ({
  wit: `package tspin:test@1.0.0;
    interface seeded { value: func() -> u64; }
    world seeding { import wasi:random/random@0.2.6; import wasi:clocks/monotonic-clock@0.2.6; export seeded; }
    package wasi:random@0.2.6 { interface random { get-random-u64: func() -> u64; } }
    package wasi:clocks@0.2.6 { interface monotonic-clock { now: func() -> u64; } }`,
  world: 'seeding',
  wat: `(module
    (import "wasi:random/random@0.2.6" "get-random-u64" (func $random (result i64)))
    (import "wasi:clocks/monotonic-clock@0.2.6" "now" (func $time (result i64)))
    (memory (export "memory") 1)
    (global $seed (mut i64) (i64.const 1))
    (func $init (global.set $seed ${call}))
    (start $init)
    (func (export "${value.interface}#value") (result i64)
      (local $seed i64)
      (local.set $seed (i64.mul (global.get $seed) (i64.extend_i32_u (i64.eqz (i64.load (i32.const 64))))))
      (i64.store (i32.const 64) (i64.const 1))
      (local.get $seed)))`,
});

interface PoolOptions {
  readonly recycle?: boolean;
  readonly recycleSeeded?: boolean;
}

async function poolOf(call: string, { recycle = true, recycleSeeded = false }: PoolOptions = {}) {
  const interfaces = [wasiRandom(), wasiClocks()] as readonly AnyHostInterface[];
  const context = {
    app: undefined as never,
    components: [],
    output,
    clock,
    warn: () => {},
    chain: new Chain(),
    shared: undefined,
  };
  const parts = await Promise.all(interfaces.map(async host => ({ host, configured: await host.configure(context) })));
  const hosts = new Hosts(parts);
  const offers = interfaces.flatMap(host => host.provides);
  const guest = fastFromBytes(await component(seededText(call)), { offers, recycle });
  const stub = stubComponent({}, 0);
  const collector = new Collector(() => {});
  const pool = new InstancePool({ component: stub, guest, hosts, output, collector, recycle, recycleSeeded, idleMs: 1000 });
  await pool.warmUp();
  /** One invocation: what the guest answers, and the instance that served. */
  const invoke = async (): Promise<readonly [unknown, PooledInstance]> => {
    const run = new InvocationRun({ component: stub, output, hosts });
    const instance = await pool.take(run);
    instance.enter(run);
    const answer = await callExport(instance.guest, value);
    instance.guest.leave();
    run.finish();
    pool.give(instance, run, 'returned');
    return [answer, instance];
  };
  return { pool, guest, invoke };
}

test('an instance that asked for nothing while it was made serves again, in its first state', async () => {
  const { pool, guest, invoke } = await poolOf('(i64.const 5)');
  const answers = [await invoke(), await invoke(), await invoke()];
  assert.deepEqual([pool.seeded, guest.unfit], [undefined, undefined]);
  assert.deepEqual(
    answers.map(([answer]) => answer),
    [5n, 5n, 5n],
  );
  assert.equal(new Set(answers.map(([, instance]) => instance)).size, 1);
});

for (const [call, what] of [
  ['(call $random)', 'random numbers'],
  ['(call $time)', 'the time'],
] as const) {
  test(`a component that asks for ${what} while it is instantiated has a new instance each time`, async () => {
    const { pool, guest, invoke } = await poolOf(call);
    const answers = [await invoke(), await invoke(), await invoke()];
    assert.equal(pool.seeded, `asks for ${what} while it is instantiated`);
    assert.equal(guest.unfit, `it asks for ${what} while it is instantiated`);
    assert.equal(new Set(answers.map(([, instance]) => instance)).size, 3);
    assert.equal(new Set(answers.map(([answer]) => answer)).size, 3);
    assert.ok(answers.every(([answer]) => answer !== 0n));
  });

  test(`it is recycled with the same ${what} when the user says so`, async () => {
    const { pool, guest, invoke } = await poolOf(call, { recycleSeeded: true });
    const answers = [await invoke(), await invoke()];
    assert.deepEqual([pool.seeded, guest.unfit], [undefined, undefined]);
    assert.equal(answers[0]?.[1], answers[1]?.[1]);
    assert.equal(answers[0]?.[0], answers[1]?.[0]);
    assert.notEqual(answers[0]?.[0], 0n);
  });
}

test('new instances find nothing in the memories of those before them', async () => {
  const { invoke } = await poolOf('(i64.const 5)', { recycle: false });
  const answers = [await invoke(), await invoke(), await invoke()];
  assert.deepEqual(
    answers.map(([answer]) => answer),
    [5n, 5n, 5n],
  );
  assert.equal(new Set(answers.map(([, instance]) => instance)).size, 3);
});
