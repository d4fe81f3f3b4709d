// A host function as a guest's core import: canon lower (CanonicalABI.md, canon_lower), compiled once from its declared type.
import type { WitFunction } from '../../wit/interface.ts';
import type { AnyProvided } from '../../wit/provided.ts';
import type { WitNode } from '../../wit/types.ts';
import { liftFlat, lowerFlat } from './flat.ts';
import type { GuestMemory } from './guest-memory.ts';
import type { InstanceContext } from './instance-context.ts';
import { alignOf, flatten, maxFlatAsyncParams, maxFlatParams, maxFlatResults, offsetsOf, sizeOf } from './layout.ts';
import { load } from './load.ts';
import { refusePromise } from './runtime.ts';
import { quoted, Source, type Expression } from './source.ts';
import { store } from './store.ts';

export type CoreFunction = (...args: (number | bigint)[]) => unknown;

/**
 * `sync`: it answers at once. `suspending`: it may wait; the core function is for `WebAssembly.Suspending`.
 * `async`: it is lowered async (WASI 0.3): the guest goes on and is told later.
 */
export type LoweredMode = 'sync' | 'suspending' | 'async';

export type Implementation = (state: unknown, ...args: unknown[]) => unknown;

export interface LoweredFunction {
  /** The core function for one instance. `memory` may be absent where the type needs none. */
  bind(
    instance: InstanceContext,
    memory: GuestMemory | undefined,
    provided: AnyProvided,
    implementation: Implementation,
  ): CoreFunction;
}

/** `subject` names the function in errors. */
export function compileLowered(declared: WitFunction, mode: LoweredMode, subject: string): LoweredFunction {
  const source = new Source();
  const types = declared.params.map(([, type]): WitNode => type);
  const flat = types.flatMap(flatten);
  const spilled = flat.length > (mode === 'async' ? maxFlatAsyncParams : maxFlatParams);
  const params = spilled ? ['a0'] : flat.map((_, place) => `a${place}`);
  const lifts = spilled ? loadParams(source, types) : liftParams(source, types, params);
  const result = resultText(source, declared.result, mode);
  const needsMemory = 'if (M !== undefined) M.refresh();';
  const call = `implementation(I.scope.state(P), ${lifts.values.join(', ')})`;
  const enter = `I.scope.enter(); ${needsMemory} ${lifts.before}`;
  const parameters = [...params, ...(result.pointer ? ['rp'] : [])];
  const body = bodyText(source, mode, { enter, call, result, subject });
  const text = `return (${parameters.join(', ')}) => {try {${body}} catch (error) {return I.fail(error);}};`;
  const make = source.compile(['I', 'M', 'P', 'implementation'], text);
  return { bind: (...bound) => make(...bound) as CoreFunction };
}

interface Lifts {
  readonly before: string;
  readonly values: readonly Expression[];
}

function liftParams(source: Source, types: readonly WitNode[], params: readonly string[]): Lifts {
  const rest = [...params];
  return { before: '', values: types.map(type => liftFlat(source, type, rest)) };
}

/** The parameters lie in the guest's memory, as a tuple. */
function loadParams(source: Source, types: readonly WitNode[]): Lifts {
  const tuple: WitNode = { kind: 'tuple', members: types };
  const { offsets } = offsetsOf(types);
  return {
    before: `const ap = M.check(a0, ${sizeOf(tuple)}, ${alignOf(tuple)});`,
    values: types.map((type, place) => load(source, type, `ap + ${offsets[place]}`)),
  };
}

interface ResultText {
  /** The guest says where the result is to be written. */
  readonly pointer: boolean;
  /** Statements that check the place, before the call. */
  readonly before: string;
  /** Statements that give `r` to the guest. */
  readonly give: string;
}

function resultText(source: Source, type: WitNode | undefined, mode: LoweredMode): ResultText {
  if (!type) return { pointer: false, before: '', give: '' };
  const flat = flatten(type);
  if (mode === 'async' || flat.length > maxFlatResults) {
    const before = `const at = M.writable(rp, ${sizeOf(type)}, ${alignOf(type)});`;
    return { pointer: true, before, give: `M.refresh(); ${store(source, type, 'at', 'r')}` };
  }
  if (flat.length === 0) return { pointer: false, before: '', give: '' };
  return { pointer: false, before: '', give: `let f0; ${lowerFlat(source, type, 'r', ['f0'])} return f0;` };
}

interface Texts {
  readonly enter: string;
  readonly call: string;
  readonly result: ResultText;
  readonly subject: string;
}

function bodyText(source: Source, mode: LoweredMode, { enter, call, result, subject }: Texts): string {
  const begin = `${enter} ${result.before}`;
  if (mode === 'suspending') {
    // Most answers are there already: then there is no promise to be made.
    const later = `I.scope.wait(r).then(r => {${result.give}}).catch(error => I.fail(error))`;
    return `${begin} const r = ${call}; if (r instanceof Promise) return ${later}; ${result.give}`;
  }
  if (mode === 'sync') {
    const refuse = `${source.constant(refusePromise)}(r, ${quoted(subject)})`;
    return `${begin} const r = ${call}; if (r instanceof Promise) ${refuse}; ${result.give}`;
  }
  // 2: the call has returned already.
  const finish = `const finish = r => {${result.give}};`;
  return `${begin} ${finish} const r = ${call}; if (r instanceof Promise) return I.async.startSubtask(r, finish); finish(r); return 2;`;
}
