// Canonical functions of WASI 0.3 as core imports: bound once for the component, then to each instance.
import type { WitFunction } from '../../wit/interface.ts';
import { Trap } from '../../wit/trap.ts';
import { compileTaskReturn } from '../abi/lifted-call.ts';
import { refuseLeaving } from '../abi/runtime.ts';
import type { GuestMemory } from '../abi/guest-memory.ts';
import type { AsyncInstance } from '../async/async-instance.ts';
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
} from '../async/built-ins.ts';
import type { CanonFunction } from '../component/plan.ts';
import { sameType } from '../component/same-function.ts';
import { endBorrows } from './exported-call.ts';
import type { BoundCanon } from './bound-canon.ts';
import { suspending } from './suspending.ts';

export type BuiltInCanon = Exclude<CanonFunction, { kind: 'lower' | 'resource-drop' }>;

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
      return ({ asynchronous }) => suspending(entered(asynchronous, () => yielded(asynchronous)));
    case 'waitable-set-wait':
      return withMemory(waitForSet, suspending);
    case 'waitable-set-poll':
      return withMemory(pollSet);
    case 'subtask-cancel':
      return ({ asynchronous }) => entered(asynchronous, handle => cancelSubtask(asynchronous, handle, canon.async));
    case 'stream':
    case 'future':
      return ({ asynchronous }, memory) => {
        const call = entered(asynchronous, bindCopy(canon, asynchronous, memory));
        return copyWaits(canon) ? suspending(call) : call;
      };
    case 'error-context-new':
      return withMemory(newError);
    case 'error-context-debug-message':
      return withMemory(putErrorMessage);
    default:
      return ({ asynchronous }) => entered(asynchronous, bareBuiltIns[canon.kind](asynchronous));
  }
}

type MemoryCall = (async: AsyncInstance, memory: GuestMemory, a: number, b: number) => unknown;

function withMemory(
  call: MemoryCall,
  wrap: (fn: (...args: never[]) => unknown) => WebAssembly.ImportValue = fn => fn,
): BoundCanon {
  return ({ asynchronous }, memory) => {
    if (!memory) throw new Error('a canonical function has no memory to write to');
    return wrap(entered(asynchronous, (a, b) => call(asynchronous, memory, a, b)));
  };
}

/** Others have their turn. */
const yielded = (async: AsyncInstance): Promise<number> =>
  suspended(async, new Promise(resolve => setImmediate(resolve)), () => 0);

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
        if (!instance.mayLeave) refuseLeaving();
        const { type } = tasks.current.parts;
        if (!bound || boundType !== type) {
          bound = compile(type)(instance, memory, value => tasks.current.return(value));
          boundType = type;
        }
        endBorrows(instance.borrows);
      } catch (error) {
        return instance.fail(error);
      }
      return bound(...args);
    };
  };
}
