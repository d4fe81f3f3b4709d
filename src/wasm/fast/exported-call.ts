// A call of a component's export, bound to one instance.
import type { WitFunction } from '../../wit/interface.ts';
import { Trap } from '../../wit/trap.ts';
import { compileLifted } from '../abi/lifted-call.ts';
import type { BorrowCount } from '../abi/resource-handle.ts';
import type { LiftedFunction } from '../component/plan.ts';
import type { FastInstance } from './fast-instance.ts';
import type { PromisingFunction } from './serving.ts';

/** Calls it with WIT values; `onReturn` gets the result. Rejects when the guest traps; throws when the arguments cannot be lowered. */
export type ExportedCall = (args: readonly unknown[], onReturn?: (result: unknown) => void) => Promise<void>;

export interface ExportToBind {
  readonly lifted: LiftedFunction;
  /** As the host declares it. */
  readonly type: WitFunction;
  /** What calls its core functions on a stack that stays; undefined for an instance that serves once. */
  readonly servingModule: WebAssembly.Module | undefined;
}

export function bindExport({ lifted, type, servingModule }: ExportToBind, instance: FastInstance): ExportedCall {
  const { core, options } = lifted;
  if (options.async && !options.callback) throw new Error('an async function without callback was bound');
  const functions = [core, ...(options.async && options.callback ? [options.callback] : [])].map(one =>
    instance.core.function(one),
  );
  // Whatever the guest calls may suspend it.
  const [start, callback] = servingModule
    ? instance.served(servingModule, functions)
    : functions.map(one => begun(instance, WebAssembly.promising(one) as PromisingFunction));
  if (!start) throw new Error('an export has no core function');
  const memory = instance.core.guestMemory(options);
  const call = compileLifted(type).bind(instance, memory);
  if (callback) {
    const { tasks } = instance.asynchronous;
    return (args, onReturn) =>
      tasks.run({ scope: instance.entered, type, start: () => start(...call.lowerArgs(args)), callback, onReturn });
  }
  const postReturn = options.postReturn && instance.core.function(options.postReturn);
  return (args, onReturn) =>
    start(...call.lowerArgs(args)).then(flat => {
      const result = call.liftResult(flat);
      if (postReturn) instance.held(() => (flat === undefined ? postReturn() : postReturn(flat)));
      endBorrows(instance.borrows);
      onReturn?.(result);
    });
}

const begun =
  (instance: FastInstance, call: PromisingFunction): PromisingFunction =>
  (...args) => {
    instance.scope.begins?.();
    return call(...args);
  };

/** Throws Trap when the guest kept what it was lent (CanonicalABI.md, Task.exit). */
export function endBorrows({ count }: BorrowCount): void {
  if (count > 0) throw new Trap(`the guest kept ${count} borrowed handles past the end of its call`);
}
