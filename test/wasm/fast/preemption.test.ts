// A guest that computes gives way to others at a tick, and is ended when its time is over.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Hosts } from '../../../src/runtime/host-states.ts';
import { InvocationRun, TimedOut } from '../../../src/runtime/run.ts';
import { Ticker } from '../../../src/runtime/ticker.ts';
import { WorkCount } from '../../../src/runtime/work.ts';
import { epochWords, Preemption } from '../../../src/wasm/fast/preemption.ts';
import type { GuestInstance } from '../../../src/wasm/guest.ts';
import { func, witInterface } from '../../../src/wit/interface.ts';
import { provide, type AnyProvided } from '../../../src/wit/provided.ts';
import { string, u32 } from '../../../src/wit/types.ts';
import { stubComponent } from '../../host/harness.ts';
import { startRun } from '../../runtime/start-run.ts';
import { assemble, component, type ComponentText } from '../fixtures.ts';
import { bareComponent, callExport, fastFromBytes } from './make.ts';

const host = witInterface('tspin:test/host', '1.0.0', { functions: { text: func([], string) } });
const name = 'tspin:test/host@1.0.0';
const exported = 'tspin:test/loops@1.0.0';

const loops: ComponentText = {
  wit: `package tspin:test@1.0.0;
    interface host { text: func() -> string; }
    interface loops { forever: func(); recurse: func(depth: u32) -> u32; allocate: func(); after: func() -> string; }
    world looping { import host; export loops; }`,
  world: 'looping',
  wat: `(module
    (import "${name}" "text" (func $text (param i32)))
    (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (loop $again (br $again)) unreachable)
    (func (export "${exported}#forever") (loop $again (br $again)))
    ;; without any loop: 2^depth calls
    (func $recurse (export "${exported}#recurse") (param i32) (result i32)
      (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 1))
        (else (i32.add (call $recurse (i32.sub (local.get 0) (i32.const 1)))
                       (call $recurse (i32.sub (local.get 0) (i32.const 1)))))))
    (func (export "${exported}#allocate") (call $text (i32.const 0)))
    (func (export "${exported}#after") (result i32) (i32.const 16))
    (func (export "cabi_post_${exported}#after") (param i32) (loop $again (br $again))))`,
};

let bytes: Uint8Array;
before(async () => {
  bytes = await component(loops);
});

const provided: AnyProvided = provide<null>()(host, { text: () => 'a text' });

interface Started {
  readonly instance: GuestInstance;
  readonly run: InvocationRun;
  readonly preemption: Preemption;
}

function start(deadline?: number, options: ConstructorParameters<typeof Preemption>[0] = {}): Started {
  const configured = { begin: () => null };
  const hosts = new Hosts([{ host: { name: 'host', provides: [provided], configure: () => configured }, configured }]);
  const run = new InvocationRun({ component: stubComponent({}, 0), output: { write: () => {} }, hosts, deadline });
  const preemption = new Preemption(options);
  return { instance: fastFromBytes(bytes, { offers: [provided], preemption }).instantiate(run), run, preemption };
}

const forever = { interface: exported, name: 'forever', type: func([]) };
const recurse = { interface: exported, name: 'recurse', type: func([['depth', u32]], u32) };

/** As the ticking thread does. */
const tick = ({ words }: Preemption): number => Atomics.store(words, epochWords.tick, 1);

test('at its ticks a guest in a loop gives way, and goes on until its time is over', async () => {
  const { instance, run, preemption } = start(performance.now() + 500);
  const ticker = new Ticker(preemption.memory);
  // Before the guest computes: the thread that ticks needs a moment to start, and the loop to have it started.
  new WorkCount(preemption.memory).began();
  ticker.start();
  tick(preemption);
  let turns = 0;
  const others = setInterval(() => (turns += 1), 1);
  try {
    await assert.rejects(callExport(instance, forever), WebAssembly.RuntimeError);
  } finally {
    clearInterval(others);
    await ticker.close();
  }
  assert(run.reason instanceof TimedOut);
  assert.match(run.reason.stack ?? '', /wasm-function\[\d+\]|wasm:\/\//);
  assert(turns > 0);
});

test('a guest without loops gives way too, and goes on where it was', async () => {
  const { instance, preemption } = start();
  const ticker = new Ticker(preemption.memory);
  new WorkCount(preemption.memory).began();
  ticker.start();
  let turns = 0;
  const others = setInterval(() => (turns += 1), 1);
  try {
    // Each takes some ticks' time.
    for (let call = 0; call < 3; call += 1) assert.equal(await callExport(instance, recurse, 26), 2 ** 26);
    assert(turns > 0);
  } finally {
    clearInterval(others);
    await ticker.close();
  }
});

/** Each runs for ages, without a loop and without going deep: each function of a way calls the next twice. */
const ways = {
  'to a function behind and back': `
    (func $ping (param i32) (result i32)
      (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 1))
        (else (i32.add (call $pong (i32.sub (local.get 0) (i32.const 1))) (call $pong (i32.sub (local.get 0) (i32.const 1)))))))
    (func $pong (param i32) (result i32) (i32.add (call $ping (local.get 0)) (call $ping (local.get 0))))
    (func $start (result i32) (call $ping (i32.const 60)))`,
  'by a table': `
    (type $step (func (param i32) (result i32)))
    (table funcref (elem $twice))
    (func $twice (param i32) (result i32)
      (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 1))
        (else (i32.add (call_indirect (type $step) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0))
                       (call_indirect (type $step) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0))))))
    (func $start (result i32) (call $twice (i32.const 60)))`,
  'by a tail call': `
    (func $round (param i32) (result i32) (return_call $round (i32.add (local.get 0) (i32.const 1))))
    (func $start (result i32) (call $round (i32.const 0)))`,
  'along functions none of which calls one behind it': `
    (func $f0 (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
    ${Array.from({ length: 60 }, (_, number) => `(func $f${number + 1} (param i32) (result i32) (call $f${number} (call $f${number} (local.get 0))))`).join('\n')}
    (func $start (result i32) (call $f60 (i32.const 0)))`,
  'by many calls of one that is just not too long': `
    (func $long (local f64) ${'(local.set 0 (f64.sqrt (local.get 0)))'.repeat(9000)})
    (func $start (result i32) ${'(call $long)'.repeat(30_000)} (i32.const 0))`,
  'by filling memory': `
    (func $start (result i32) ${'(memory.fill (i32.const 0) (i32.const 1) (i32.const 0x10000000))'.repeat(200)} (i32.const 0))`,
};

for (const [way, functions] of Object.entries(ways)) {
  test(`a guest without loops is ended when its time is over: ${way}`, async () => {
    const guest = await component({
      wit: `package tspin:test@1.0.0; interface loops { start: func() -> u32; } world looping { export loops; }`,
      world: 'looping',
      wat: `(module ${functions} (memory (export "memory") 4096)
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
        (func (export "${exported}#start") (result i32) (call $start)))`,
    });
    const run = new InvocationRun({
      component: stubComponent({}, 0),
      output: { write: () => {} },
      hosts: new Hosts([]),
      deadline: performance.now() + 50,
    });
    const preemption = new Preemption();
    const instance = fastFromBytes(guest, { offers: [], preemption }).instantiate(run);
    const ticker = new Ticker(preemption.memory);
    new WorkCount(preemption.memory).began();
    ticker.start();
    try {
      await assert.rejects(
        callExport(instance, { interface: exported, name: 'start', type: func([], u32) }),
        WebAssembly.RuntimeError,
      );
    } finally {
      await ticker.close();
    }
    assert(run.reason instanceof TimedOut);
  });
}

test('of two guests that hear a tick in turn neither gives way; one that hears two does', () => {
  const preemption = new Preemption();
  const [one, two] = [{}, {}];
  assert.deepEqual(
    [one, two, one, two].map(guest => preemption.isOverdue(guest)),
    [false, false, false, false],
  );
  assert.deepEqual(
    [one, one, one].map(guest => preemption.isOverdue(guest)),
    [false, true, false],
  );
});

test('a guest that is not to be suspended is ended all the same', async () => {
  // In realloc, which the host calls: the deadline is looked at, at every tick.
  const { instance, run, preemption } = start(performance.now() - 1);
  tick(preemption);
  await assert.rejects(callExport(instance, { interface: exported, name: 'allocate', type: func([]) }), WebAssembly.RuntimeError);
  assert(run.reason instanceof TimedOut);
  assert.equal(preemption.words[epochWords.held], 0);
});

test('a guest that does not end in post-return is ended, too', async () => {
  const { instance, run, preemption } = start(performance.now() - 1);
  tick(preemption);
  await assert.rejects(
    callExport(instance, { interface: exported, name: 'after', type: func([], string) }),
    WebAssembly.RuntimeError,
  );
  assert(run.reason instanceof TimedOut);
});

test('without a deadline, too, a guest may not compute for long where it cannot be suspended', async () => {
  const { instance, run, preemption } = start(undefined, { heldMsMax: 50 });
  const ticker = new Ticker(preemption.memory);
  new WorkCount(preemption.memory).began();
  ticker.start();
  try {
    await assert.rejects(callExport(instance, { interface: exported, name: 'allocate', type: func([]) }));
  } finally {
    await ticker.close();
  }
  assert.match(run.reason?.message ?? '', /^it computed for 0.05 s in realloc/);
});

test('of guests that gave way one goes on in each turn of the loop', async () => {
  const preemption = new Preemption();
  const order: string[] = [];
  void preemption.giveWay().then(() => order.push('one'));
  void preemption.giveWay().then(() => order.push('two'));
  const watch = (async () => {
    for (let turn = 0; turn < 4; turn += 1) {
      await nextTurn();
      order.push('turn');
    }
  })();
  await watch;
  assert.equal(order.indexOf('two') - order.indexOf('one') >= 2, true, order.join(' '));
});

test('a guest gives way also while it starts, and in modules without memory', async () => {
  const preemption = new Preemption();
  let ticks = 0;
  const passedHeld = preemption.passedHeld.bind(preemption);
  preemption.passedHeld = () => {
    ticks += 1;
    passedHeld();
  };
  tick(preemption);
  bareComponent(await assemble('(module (func $start (loop)) (start $start))'), preemption).instantiate(startRun());
  assert.equal(ticks, 1);
  tick(preemption);
  const calls = await assemble('(module (func $one (call $two)) (func $two) (start $one))');
  bareComponent(calls, preemption).instantiate(startRun());
  assert.equal(ticks, 2);
});
