// Canonical functions of WASI 0.3 as core imports: bound once for the component, then to each instance.
import type { WitFunction } from '../../wit/interface.ts';
import { Trap } from '../../wit/trap.ts';
import { compileTaskReturn } from '../abi/lifted-call.ts';
import type { GuestMemory } from '../abi/guest-memory.ts';
import { bindCopy, copyWaits } from '../async/copy-built-ins.ts';
import {
  bareBuiltIns,
  cancelSubtask,
  entered,
  newError,
  pollSet,
  putErrorMessage,
  suspended,
  waitForSet,
  type BuiltInScope,
} from '../async/built-ins.ts';
import type { CanonFunction } from '../component/plan.ts';
import { sameType } from '../component/same-function.ts';
import type { BoundCanon } from './bound-canon.ts';
import type { FastInstance } from './fast-instance.ts';

export type BuiltInCanon = Exclude<CanonFunction, { kind: 'lower' | 'resource-drop' }>;

const scopeOf = (instance: FastInstance): BuiltInScope => ({ instance, async: instance.asynchronous });

const suspending = (fn: (...args: never[]) => unknown): WebAssembly.ImportValue =>
  new WebAssembly.Suspending(fn) as unknown as WebAssembly.ImportValue;

export function bindBuiltIn(canon: BuiltInCanon): BoundCanon {
  switch (canon.kind) {
    case 'task-return':
      return bindTaskReturn(canon);
    case 'context-get':
      return ({ asynchronous: { tasks } }) =>
        () =>
          tasks.context[canon.slot];
    case 'context-set':
      return ({ asynchronous: { tasks } }) =>
        (value: number) => {
          tasks.context[canon.slot] = value;
        };
    case 'thread-yield':
      return instance => suspending(entered(scopeOf(instance), () => yielded(scopeOf(instance))));
    case 'waitable-set-wait':
      return withMemory((scope, memory, handle, pointer) => waitForSet(scope, memory, handle, pointer), suspending);
    case 'waitable-set-poll':
      return withMemory((scope, memory, handle, pointer) => pollSet(scope, memory, handle, pointer));
    case 'subtask-cancel':
      return instance => entered(scopeOf(instance), handle => cancelSubtask(scopeOf(instance), handle));
    case 'stream':
    case 'future':
      return (instance, memory) => {
        const call = entered(scopeOf(instance), bindCopy(canon, scopeOf(instance), memory));
        return copyWaits(canon) ? suspending(call) : call;
      };
    case 'error-context-new':
      return withMemory((scope, memory, pointer, length) => newError(scope, memory, pointer, length));
    case 'error-context-debug-message':
      return withMemory((scope, memory, handle, pointer) => putErrorMessage(scope, memory, handle, pointer));
    default:
      return instance => entered(scopeOf(instance), bareBuiltIns[canon.kind](scopeOf(instance)));
  }
}

type MemoryCall = (scope: BuiltInScope, memory: GuestMemory, a: number, b: number) => unknown;

function withMemory(
  call: MemoryCall,
  wrap: (fn: (...args: never[]) => unknown) => WebAssembly.ImportValue = fn => fn,
): BoundCanon {
  return (instance, memory) => {
    if (!memory) throw new Error('a canonical function has no memory to write to');
    const scope = scopeOf(instance);
    return wrap(entered(scope, (a, b) => call(scope, memory, a, b)));
  };
}

/** Others have their turn. */
const yielded = (scope: BuiltInScope): Promise<number> =>
  suspended(scope, new Promise(resolve => setImmediate(resolve)), () => 0);

/** Its values are those of the export whose task runs, whose type is known only then. */
function bindTaskReturn(canon: Extract<CanonFunction, { kind: 'task-return' }>): BoundCanon {
  const compiled = new Map<WitFunction, ReturnType<typeof compileTaskReturn>>();
  const compile = (type: WitFunction): ReturnType<typeof compileTaskReturn> => {
    const known = compiled.get(type);
    if (known) return known;
    if (!sameType(canon.result, type.result)) throw new Trap('the guest gave a result of another function');
    const made = compileTaskReturn(type.result);
    compiled.set(type, made);
    return made;
  };
  return (instance, memory) => {
    const { tasks } = instance.asynchronous;
    let bound: ((...args: (number | bigint)[]) => void) | undefined;
    let boundType: WitFunction | undefined;
    return (...args: (number | bigint)[]) => {
      try {
        if (!instance.mayLeave) throw new Trap('the guest gave its result in its realloc');
        const { type } = tasks.current.parts;
        if (!bound || boundType !== type) {
          bound = compile(type)(instance, memory, value => tasks.current.return(value));
          boundType = type;
        }
        if (instance.borrows.count > 0) throw new Trap('the guest kept borrowed handles past the end of its call');
      } catch (error) {
        return instance.fail(error);
      }
      return bound(...args);
    };
  };
}
