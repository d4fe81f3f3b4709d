// Instances of one core module as V8 runs it, and as tspin does.
import { FastComponent } from '../../src/wasm/fast/fast-component.ts';
import { MemoryBudget } from '../../src/wasm/fast/memory-budget.ts';
import type { FastInstance } from '../../src/wasm/fast/fast-instance.ts';
import { Preemption } from '../../src/wasm/fast/preemption.ts';
import { instrument } from '../../src/wasm/instrument/instrument.ts';
import type { ComponentPlan } from '../../src/wasm/component/plan.ts';
import type { AnyProvided } from '../../src/wit/provided.ts';
import type { HostScope } from '../../src/wit/scope.ts';

export type CoreFunction = (...args: number[]) => number;
export type Functions = (name: string) => CoreFunction;

export function plainInstance(bytes: Uint8Array<ArrayBuffer>, imports: WebAssembly.Imports = {}): Functions {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
  return name => exports[name] as CoreFunction;
}

/** Nothing that such a module does reaches its host. */
const noScope = {} as HostScope;

/** What a module needs that is more than code. */
export interface Surroundings {
  readonly plan?: Pick<ComponentPlan, 'canons'> & { readonly imports: ComponentPlan['instances'][number]['imports'] };
  readonly offers?: readonly AnyProvided[];
  readonly scope?: HostScope;
}

export function fastInstance(
  bytes: Uint8Array<ArrayBuffer>,
  { plan, offers = [], scope = noScope }: Surroundings = {},
): { readonly instance: FastInstance; readonly functions: Functions } {
  const { bytes: instrumented, facts } = instrument(bytes);
  const component = new FastComponent({
    plan: { modules: [], canons: plan?.canons ?? [], instances: [{ module: 0, imports: plan?.imports ?? [] }], exports: [] },
    modules: [{ module: new WebAssembly.Module(instrumented as Uint8Array<ArrayBuffer>), facts }],
    offers,
    atOnce: [],
    preemption: new Preemption(),
    limits: { handlesMax: 1, memoryBytesMax: 2 ** 30 },
    memoryBudget: new MemoryBudget(2 ** 30),
    recycle: true,
  });
  const instance = component.instantiate(scope) as FastInstance;
  return { instance, functions: name => instance.core.function({ from: 'instance', instance: 0, name }) as CoreFunction };
}
