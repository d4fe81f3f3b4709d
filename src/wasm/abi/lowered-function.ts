// A host function as a guest's core import: canon lower (CanonicalABI.md, canon_lower), compiled once from its declared type.
import type { WitFunction } from '../../wit/interface.ts';
import type { AnyProvided } from '../../wit/provided.ts';
import type { WitNode } from '../../wit/types.ts';
import { liftFlat, lowerFlat } from './flat.ts';
import type { GuestMemory } from './guest-memory.ts';
import type { InstanceContext } from './instance-context.ts';
import {
  alignOf,
  casesOf,
  flatCount,
  flatten,
  maxFlatAsyncParams,
  maxFlatParams,
  maxFlatResults,
  membersOf,
  offsetsOf,
  sizeOf,
  unalias,
  type CoreSignature,
  type CoreType,
} from './layout.ts';
import { load } from './load.ts';
import { onFirstCall } from './on-first-call.ts';
import { endLoans, refuseLeaving, refusePromise } from './runtime.ts';
import { quoted, Source, type Expression } from './source.ts';
import { store } from './store.ts';

export type CoreFunction = (...args: (number | bigint)[]) => unknown;

/**
 * `sync`: it answers at once. `suspending`: it may wait: then it says so to its instance (`waitFor`).
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
  let make: Make | undefined;
  const compiled = (): Make => (make ??= compileText(declared, mode, subject));
  const arity = coreArity(declared, mode);
  return { bind: (...bound) => (make ? make(...bound) : onFirstCall(arity, () => compiled()(...bound))) };
}

type Make = (...bound: Parameters<LoweredFunction['bind']>) => CoreFunction;

/** How many core values the core function takes. */
function coreArity({ params, result }: WitFunction, mode: LoweredMode): number {
  const flat = params.reduce((sum, [, type]) => sum + flatCount(type), 0);
  const spilled = flat > (mode === 'async' ? maxFlatAsyncParams : maxFlatParams);
  const pointer = result && (mode === 'async' || flatCount(result) > maxFlatResults);
  return (spilled ? 1 : flat) + (pointer ? 1 : 0);
}

/** The type of the core function of one that is not lowered async. */
export function coreSignature({ params, result }: WitFunction): CoreSignature {
  const flat = params.flatMap(([, type]) => flatten(type));
  const given = result ? flatten(result) : [];
  const taken: CoreType[] = flat.length > maxFlatParams ? ['i32'] : flat;
  const pointed = given.length > maxFlatResults;
  return { params: pointed ? [...taken, 'i32'] : taken, result: pointed ? undefined : given[0] };
}

function compileText(declared: WitFunction, mode: LoweredMode, subject: string): Make {
  const types = declared.params.map(([, type]): WitNode => type);
  const source = new Source({ lends: lends(types, mode) });
  const flat = types.flatMap(flatten);
  const spilled = flat.length > (mode === 'async' ? maxFlatAsyncParams : maxFlatParams);
  const params = spilled ? ['a0'] : flat.map((_, place) => `a${place}`);
  const lifts = spilled ? loadParams(source, types) : liftParams(source, types, params);
  const result = resultText(source, declared.result, mode);
  const needsMemory = 'if (M !== undefined) M.refresh();';
  const call = `implementation(I.scope.state(P), ${lifts.values.join(', ')})`;
  const mayLeave = `if (!I.mayLeave) ${source.constant(refuseLeaving)}();`;
  const enter = `${mayLeave} I.scope.enter(${quoted(subject)}); ${needsMemory} ${source.lends ? 'L = [];' : ''} ${lifts.before}`;
  const parameters = [...params, ...(result.pointer ? ['rp'] : [])];
  const body = bodyText(source, mode, { enter, call, result, subject });
  const text = `return (${parameters.join(', ')}) => {try {${body}} catch (error) {return I.fail(error);}};`;
  return source.compile(['I', 'M', 'P', 'implementation'], text) as Make;
}

/**
 * Does it matter that a handle is lent while the call lasts? When the guest goes on meanwhile, and when the same call takes
 * handles for good, which may be the one that it lends. Else nobody could tell.
 */
function lends(types: readonly WitNode[], mode: LoweredMode): boolean {
  const tuple: WitNode = { kind: 'tuple', members: types };
  return has(tuple, 'borrow') && (mode === 'async' || has(tuple, 'own'));
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
  /** What the core function gives. */
  readonly core: CoreType | undefined;
  /** Statements that check the place, before the call. */
  readonly before: string;
  /** Statements that give `r` to the guest. */
  readonly give: string;
}

function resultText(source: Source, type: WitNode | undefined, mode: LoweredMode): ResultText {
  if (!type) return { pointer: false, core: undefined, before: '', give: '' };
  const flat = flatten(type);
  if (mode === 'async' || flat.length > maxFlatResults) {
    const before = `const at = M.writable(rp, ${sizeOf(type)}, ${alignOf(type)});`;
    return { pointer: true, core: undefined, before, give: `M.refresh(); ${store(source, type, 'at', 'r')}` };
  }
  if (flat.length === 0) return { pointer: false, core: undefined, before: '', give: '' };
  return { pointer: false, core: flat[0], before: '', give: `let f0; ${lowerFlat(source, type, 'r', ['f0'])} return f0;` };
}

interface Texts {
  readonly enter: string;
  readonly call: string;
  readonly result: ResultText;
  readonly subject: string;
}

function bodyText(source: Source, mode: LoweredMode, { enter, call, result, subject }: Texts): string {
  const begin = `${enter} ${result.before}`;
  // While the host function itself runs the guest does nothing; a subtask that it leaves lends on.
  const returned = source.lends ? `${source.constant(endLoans)}(L);` : '';
  if (mode === 'suspending') {
    // Most answers are there already: then there is no promise to be made.
    const later = `I.scope.wait(r).then(r => {${result.give}}).catch(error => I.fail(error))`;
    const instead = result.core === 'i64' ? '0n' : '0';
    return `${begin} const r = ${call}; ${returned} if (r instanceof Promise) return I.waitFor(${later}, ${instead}); ${result.give}`;
  }
  if (mode === 'sync') {
    const refuse = `${source.constant(refusePromise)}(r, ${quoted(subject)})`;
    return `${begin} const r = ${call}; ${returned} if (r instanceof Promise) ${refuse}; ${result.give}`;
  }
  // 2: the call has returned already.
  const finish = `const finish = r => {${result.give}};`;
  const subtask = `I.async.startSubtask(r, finish, ${source.lends ? 'L' : 'undefined'})`;
  return `${begin} ${finish} const r = ${call}; ${returned} if (r instanceof Promise) return ${subtask}; finish(r); return 2;`;
}

function has(type: WitNode, kind: 'own' | 'borrow'): boolean {
  const node = unalias(type);
  if (node.kind === kind) return true;
  if (node.kind === 'list') return has(node.element, kind);
  const parts = membersOf(node) ?? casesOf(node)?.map(([, payload]) => payload) ?? [];
  return parts.some(part => part !== undefined && has(part, kind));
}
