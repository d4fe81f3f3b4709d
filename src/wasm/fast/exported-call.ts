// A call of a component's export, bound to one instance.
import type { WitFunction } from '../../wit/interface.ts';
import { Trap } from '../../wit/trap.ts';
import { compileLifted } from '../abi/lifted-call.ts';
import type { CoreFunction } from '../abi/lowered-function.ts';
import type { BorrowCount } from '../abi/resource-handle.ts';
import type { LiftedFunction } from '../component/plan.ts';
import type { FastInstance } from './fast-instance.ts';

/** Calls it with WIT values; `onReturn` gets the result. Rejects when the guest traps; throws when the arguments cannot be lowered. */
export type ExportedCall = (args: readonly unknown[], onReturn?: (result: unknown) => void) => Promise<void>;

/** `type`: as the host declares it. */
export function bindExport(lifted: LiftedFunction, type: WitFunction, instance: FastInstance): ExportedCall {
  const { core, options } = lifted;
  if (options.async) return bindTask(lifted, type, instance);
  const start = promising(instance.core.function(core));
  const memory = instance.core.guestMemory(options);
  const call = compileLifted(type).bind(instance, memory);
  const postReturn = options.postReturn && instance.core.function(options.postReturn);
  return (args, onReturn) =>
    start(...call.lowerArgs(args)).then(flat => {
      const result = call.liftResult(flat);
      if (postReturn) instance.held(() => (flat === undefined ? postReturn() : postReturn(flat)));
      endBorrows(instance.borrows);
      onReturn?.(result);
    });
}

type PromisingFunction = (...args: (number | bigint)[]) => Promise<number | bigint | undefined>;

/** Whatever the guest calls may suspend it. */
function promising(core: CoreFunction): PromisingFunction {
  return WebAssembly.promising(core) as PromisingFunction;
}

/** Throws Trap when the guest kept what it was lent (CanonicalABI.md, Task.exit). */
export function endBorrows({ count }: BorrowCount): void {
  if (count > 0) throw new Trap(`the guest kept ${count} borrowed handles past the end of its call`);
}

/** An async-lifted export, which is driven by its callback. */
function bindTask({ core, options }: LiftedFunction, type: WitFunction, instance: FastInstance): ExportedCall {
  if (!options.callback) throw new Error('an async function without callback was bound');
  const start = promising(instance.core.function(core));
  const callback = promising(instance.core.function(options.callback));
  const call = compileLifted(type).bind(instance, instance.core.guestMemory(options));
  const { tasks } = instance.asynchronous;
  return (args, onReturn) =>
    tasks.run({ scope: instance.entered, type, start: () => start(...call.lowerArgs(args)), callback, onReturn });
}
