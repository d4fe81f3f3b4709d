// Runs generated modules twice, as they are on V8 and instrumented in the way in which tspin runs them, and compares all that
// can be seen from outside: results, traps, memory, globals, tables.
import assert from 'node:assert/strict';
import { guestTrap } from '../../../src/runtime/guest-trap.ts';
import { originalOffset } from '../../../src/wasm/fast/code-places.ts';
import { FastComponent } from '../../../src/wasm/fast/fast-component.ts';
import { MemoryBudget } from '../../../src/wasm/fast/memory-budget.ts';
import type { FastInstance } from '../../../src/wasm/fast/fast-instance.ts';
import { epochWords, Preemption } from '../../../src/wasm/fast/preemption.ts';
import type { CoreImport } from '../../../src/wasm/component/plan.ts';
import type { LocateCode } from '../../../src/wasm/guest.ts';
import { instrument } from '../../../src/wasm/instrument/instrument.ts';
import { moduleNames } from '../../../src/wasm/instrument/layout.ts';
import { startRun } from '../../runtime/start-run.ts';
import type { GeneratedModules } from './generated-modules.ts';
import type { Random } from './random.ts';

type Run = (i: number, I: bigint, f: number, F: number) => unknown;

/** What is called, in which of the modules. */
export interface Input {
  readonly module: 'owner' | 'sharer';
  readonly args: Parameters<Run>;
}

/** One of the two ways to run. */
interface Subject {
  readonly locate?: LocateCode | undefined;
  run(input: Input): unknown;
  /** As the guest believes it to be. */
  memory(): Buffer;
  state(): unknown;
}

export interface Compared {
  readonly facts: readonly string[];
  /** How the last call ended. */
  readonly ended: 'returned' | 'trapped';
  readonly putBack: boolean;
}

const names = ['helper', 'owner', 'sharer'] as const;
const globalNames = ['g0', 'g1', 'g2', 'g3', 'g4'];

export function inputsFrom(random: Random, count: number): Input[] {
  const float = (): number => random.pick([0, -0, 1.5, -3.25, 1e10, Infinity, NaN, random.u32()]);
  return Array.from({ length: count }, () => ({
    module: random.once(2) ? 'owner' : 'sharer',
    args: [random.u32() | 0, (BigInt(random.u32()) << 32n) | BigInt(random.u32()), float(), float()],
  }));
}

export function compare(modules: GeneratedModules, inputs: readonly Input[]): Compared {
  for (const name of names) assert.equal(WebAssembly.validate(modules[name]), true, `the generator made ${name} invalid`);
  const component = fastComponent(modules);
  const facts = component.modules.flatMap(module => module.facts.unfit);
  const instance = component.instantiate(startRun()) as FastInstance;
  const first = Buffer.from(bytesOf(instance));
  const subject = instrumentedSubject(instance, component);
  const ended = compareCalls(plainSubject(modules), subject, inputs);
  if (ended === 'trapped' || facts.length > 0) {
    if (facts.length > 0) assert.equal(instance.reset(), false);
    return { facts, ended, putBack: false };
  }
  assert.equal(instance.reset(), true);
  const now = bytesOf(instance);
  assert.equal(now.subarray(0, first.length).equals(first), true, 'memory that was put back differs from the image');
  assert.equal(
    now.subarray(first.length).every(byte => byte === 0),
    true,
    'grown memory that was put back is not empty',
  );
  assert.equal(compareCalls(plainSubject(modules), subject, inputs), 'returned');
  return { facts, ended, putBack: true };
}

function compareCalls(plain: Subject, instrumented: Subject, inputs: readonly Input[]): 'returned' | 'trapped' {
  assert.deepEqual(instrumented.state(), plain.state());
  assert.equal(instrumented.memory().equals(plain.memory()), true, 'memories differ before the first call');
  for (const input of inputs) {
    const [expected, found] = [outcome(plain, input), outcome(instrumented, input)];
    assert.deepEqual(found, expected);
    assert.deepEqual(instrumented.state(), plain.state());
    assert.equal(instrumented.memory().equals(plain.memory()), true, 'memories differ');
    if ('trap' in expected) return 'trapped';
  }
  return 'returned';
}

type Outcome = { readonly value: unknown } | { readonly trap: string; readonly frames: readonly string[] };

function outcome(subject: Subject, input: Input): Outcome {
  try {
    return { value: subject.run(input) };
  } catch (error) {
    const { frames } = guestTrap(error, [], undefined, subject.locate);
    if (error instanceof WebAssembly.RuntimeError) return { trap: error.message, frames };
    if (error instanceof WebAssembly.Exception) return { trap: 'exception', frames };
    throw error;
  }
}

function plainSubject(modules: GeneratedModules): Subject {
  const make = (bytes: Uint8Array<ArrayBuffer>, imports: WebAssembly.Imports): WebAssembly.Exports =>
    new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
  const helper = make(modules.helper, {});
  const owner = make(modules.owner, { helper });
  const sharer = make(modules.sharer, { helper, owner });
  const exports = { helper, owner, sharer };
  return {
    run: ({ module, args }) => (exports[module]['run'] as unknown as Run)(...args),
    memory: () => Buffer.from((owner['memory'] as WebAssembly.Memory).buffer),
    state: () => stateOf((module, name) => exports[module][name]),
  };
}

function fastComponent(modules: GeneratedModules): FastComponent {
  const instances = names.map((name, module) => ({ module, imports: importsOf(modules[name]) }));
  const instrumented = names.map((name, index) => {
    const { bytes, facts, places } = instrument(modules[name], index);
    return { module: new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>), facts, places };
  });
  return new FastComponent({
    plan: { modules: [], canons: [], instances, exports: [] },
    modules: instrumented,
    offers: [],
    atOnce: [],
    preemption: new Preemption(),
    limits: { handlesMax: 1, memoryBytesMax: 2 ** 30 },
    memoryBudget: new MemoryBudget(2 ** 30),
    recycle: true,
    locate: (module, offset) => {
      const found = instrumented[moduleNames.indexIn(module) ?? -1];
      return found ? originalOffset(found.places, offset) : 'not the guest';
    },
  });
}

function importsOf(module: Uint8Array<ArrayBuffer>): CoreImport[] {
  return WebAssembly.Module.imports(new WebAssembly.Module(module)).map(({ module: from, name, kind }) => ({
    module: from,
    name,
    kind: kind === 'function' ? 'func' : kind,
    item: { from: 'instance', instance: names.indexOf(from as (typeof names)[number]), name },
  }));
}

function instrumentedSubject(instance: FastInstance, { preemption, locate }: FastComponent): Subject {
  const item = (module: (typeof names)[number], name: string): unknown =>
    instance.core.item({ from: 'instance', instance: names.indexOf(module), name });
  return {
    locate,
    run({ module, args }) {
      // Somewhere in the call it is asked to give way, which changes nothing.
      Atomics.store(preemption.words, epochWords.tick, 1);
      return instance.held(() => (item(module, 'run') as Run)(...args));
    },
    memory: () => bytesOf(instance).subarray(0, instance.core.memories[0]?.virtualBytes),
    state: () => stateOf(item),
  };
}

const bytesOf = (instance: FastInstance): Buffer => {
  const [memory] = instance.core.memories;
  assert(memory);
  return Buffer.from(memory.memory.buffer);
};

function stateOf(item: (module: 'helper' | 'owner' | 'sharer', name: string) => unknown): unknown {
  const value = (module: 'helper' | 'owner' | 'sharer', name: string): unknown =>
    (item(module, name) as WebAssembly.Global).value as unknown;
  const table = item('owner', 'table') as WebAssembly.Table;
  return {
    sum: value('helper', 'sum'),
    owner: globalNames.map(name => value('owner', name)),
    sharer: globalNames.map(name => value('sharer', name)),
    table: Array.from({ length: table.length }, (_, index) => table.get(index) === null),
  };
}
