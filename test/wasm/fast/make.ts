// A component from text, bound as tspin binds it: planned, instrumented, instantiated.
import type { AnyProvided } from '../../../src/wit/provided.ts';
import type { WitFunction } from '../../../src/wit/interface.ts';
import { planComponent } from '../../../src/wasm/component/plan-component.ts';
import { FastComponent, type FastLimits } from '../../../src/wasm/fast/fast-component.ts';
import { MemoryBudget } from '../../../src/wasm/fast/memory-budget.ts';
import { Preemption } from '../../../src/wasm/fast/preemption.ts';
import type { GuestInstance } from '../../../src/wasm/guest.ts';
import { instrument } from '../../../src/wasm/instrument/instrument.ts';
import { component, type ComponentText } from '../fixtures.ts';

export interface FastOptions {
  readonly offers?: readonly AnyProvided[];
  readonly atOnce?: readonly string[];
  readonly preemption?: Preemption;
  readonly limits?: Partial<FastLimits>;
  readonly memoryBudget?: MemoryBudget;
  readonly recycle?: boolean;
}

export async function fastComponent(text: ComponentText, options: FastOptions = {}): Promise<FastComponent> {
  return fastFromBytes(await component(text), options);
}

export function fastFromBytes(bytes: Uint8Array, options: FastOptions = {}): FastComponent {
  const { offers = [], atOnce = [], preemption = new Preemption(), limits, recycle = true } = options;
  const { memoryBudget = new MemoryBudget(2 ** 30) } = options;
  const plan = planComponent(bytes);
  const modules = plan.modules.map(({ offset, length }) => {
    const { bytes: instrumented, facts } = instrument(bytes.subarray(offset, offset + length));
    return { module: new WebAssembly.Module(instrumented as Uint8Array<ArrayBuffer>), facts };
  });
  const all: FastLimits = { handlesMax: 100, memoryBytesMax: 2 ** 30, ...limits };
  return new FastComponent({ plan, modules, offers, atOnce, preemption, limits: all, memoryBudget, recycle });
}

/** A component of one core module that imports nothing. */
export function bareComponent(module: Uint8Array, preemption: Preemption = new Preemption()): FastComponent {
  const { bytes, facts } = instrument(module);
  return new FastComponent({
    plan: { modules: [], canons: [], instances: [{ module: 0, imports: [] }], exports: [] },
    modules: [{ module: new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>), facts }],
    offers: [],
    atOnce: [],
    preemption,
    limits: { handlesMax: 1, memoryBytesMax: 2 ** 20 },
    memoryBudget: new MemoryBudget(2 ** 30),
    recycle: true,
  });
}

/** Calls an export and gives its result. */
export async function callExport(
  instance: GuestInstance,
  target: { readonly interface: string; readonly name: string; readonly type: WitFunction },
  ...args: readonly unknown[]
): Promise<unknown> {
  let result: unknown;
  await instance.call(target, args, value => {
    result = value;
  });
  return result;
}
