// A call of a guest's export (CanonicalABI.md, canon_lift): arguments to core values, and the result back.
import type { WitFunction } from '../../wit/interface.ts';
import type { WitNode } from '../../wit/types.ts';
import { liftFlat, lowerFlat } from './flat.ts';
import type { GuestMemory } from './guest-memory.ts';
import type { InstanceContext } from './instance-context.ts';
import { alignOf, flatten, maxFlatParams, maxFlatResults, sizeOf, type CoreSignature, type CoreType } from './layout.ts';
import { load } from './load.ts';
import { Source } from './source.ts';
import { store } from './store.ts';

export interface LiftedCall {
  /** Throws Trap when the guest's realloc breaks a rule. */
  lowerArgs(args: readonly unknown[]): (number | bigint)[];
  /** What the core function returned, as a value. Throws Trap. */
  liftResult(flat: number | bigint | undefined): unknown;
}

export interface CompiledLifted {
  bind(instance: InstanceContext, memory: GuestMemory | undefined): LiftedCall;
}

/** The types of the core functions of a lifted one: of it, and of its callback when it is lifted async. */
export function liftedSignatures({ params, result }: WitFunction, options: { readonly async: boolean }): CoreSignature[] {
  const flat = params.flatMap(([, type]) => flatten(type));
  const given = result ? flatten(result) : [];
  const taken: CoreType[] = flat.length > maxFlatParams ? ['i32'] : flat;
  if (!options.async) return [{ params: taken, result: given.length > maxFlatResults ? 'i32' : given[0] }];
  return [
    { params: taken, result: 'i32' },
    { params: ['i32', 'i32', 'i32'], result: 'i32' },
  ];
}

/** For an export that is lifted synchronously; arguments of async ones are lowered in the same way. */
export function compileLifted({ params, result }: WitFunction): CompiledLifted {
  const lower = compileArgs(params.map(([, type]): WitNode => type));
  const lift = result && compileResult(result);
  return {
    bind: (instance, memory) => {
      const lowerArgs = lower(instance, memory) as LiftedCall['lowerArgs'];
      const liftResult = (lift?.(instance, memory) ?? (() => undefined)) as LiftedCall['liftResult'];
      return { lowerArgs, liftResult };
    },
  };
}

/**
 * The core function `task.return` of an async-lifted export: lifts what the guest gives and hands it to `returned`
 * (CanonicalABI.md, canon_task_return).
 */
export function compileTaskReturn(
  result: WitNode | undefined,
): (
  instance: InstanceContext,
  memory: GuestMemory | undefined,
  returned: (value: unknown) => void,
) => (...args: (number | bigint)[]) => void {
  const source = new Source();
  const flat = result ? flatten(result) : [];
  const spilled = flat.length > maxFlatParams;
  const params = spilled ? ['a0'] : flat.map((_, place) => `a${place}`);
  let value = 'undefined';
  if (result && spilled) value = `(p => ${load(source, result, 'p')})(M.check(a0, ${sizeOf(result)}, ${alignOf(result)}))`;
  else if (result) value = liftFlat(source, result, [...params]);
  const text = `return (${params.join(', ')}) => {try {if (M !== undefined) M.refresh(); returned(${value});} catch (error) {I.fail(error);}};`;
  return source.compile(['I', 'M', 'returned'], text) as ReturnType<typeof compileTaskReturn>;
}

type Make = (instance: InstanceContext, memory: GuestMemory | undefined) => unknown;

function compileArgs(types: readonly WitNode[]): Make {
  const source = new Source();
  const flat = types.flatMap(flatten);
  const refresh = 'if (M !== undefined) M.refresh();';
  if (flat.length > maxFlatParams) {
    const tuple: WitNode = { kind: 'tuple', members: types };
    const place = `const at = M.allocate(${sizeOf(tuple)}, ${alignOf(tuple)});`;
    return source.compile(['I', 'M'], `return args => {${place} ${store(source, tuple, 'at', 'args')} return [at];};`);
  }
  const names = flat.map((_, place) => `f${place}`);
  const into = [...names];
  const statements = types.map(
    (type, place) => `{const v${place} = args[${place}]; ${lowerFlat(source, type, `v${place}`, into)}}`,
  );
  const declared = names.length > 0 ? `let ${names.join(', ')};` : '';
  return source.compile(
    ['I', 'M'],
    `return args => {${refresh} ${declared} ${statements.join(' ')} return [${names.join(', ')}];};`,
  );
}

function compileResult(type: WitNode): Make {
  const source = new Source();
  const flat = flatten(type);
  const refresh = 'if (M !== undefined) M.refresh();';
  if (flat.length > maxFlatResults) {
    const check = `const at = M.check(a0, ${sizeOf(type)}, ${alignOf(type)});`;
    return source.compile(['I', 'M'], `return a0 => {${refresh} ${check} return ${load(source, type, 'at')};};`);
  }
  return source.compile(
    ['I', 'M'],
    `return a0 => {${refresh} return ${liftFlat(source, type, flat.length > 0 ? ['a0'] : [])};};`,
  );
}
