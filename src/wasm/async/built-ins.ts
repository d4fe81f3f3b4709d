// The canonical functions of the component model's async half, as core imports of one instance (CanonicalABI.md, canon_*).
import { Trap } from '../../wit/trap.ts';
import type { GuestMemory } from '../abi/guest-memory.ts';
import { refuseLeaving } from '../abi/runtime.ts';
import type { BareBuiltIn } from '../component/plan.ts';
import type { AsyncInstance } from './async-instance.ts';
import { events } from './codes.ts';
import { ErrorContext } from './error-context.ts';
import { Subtask } from './subtask.ts';
import { Waitable } from './waitable.ts';
import { WaitableSet } from './waitable-set.ts';

type Core = (a: number, b: number, c: number) => unknown;

/** The core function: what escapes it ends the guest. */
export function entered({ instance }: AsyncInstance, call: Core): Core {
  return (a, b, c) => {
    try {
      if (!instance.mayLeave) refuseLeaving();
      instance.scope.enter();
      return call(a, b, c);
    } catch (error) {
      return instance.fail(error);
    }
  };
}

/** For `WebAssembly.Suspending`: the guest waits for `waiting`, then gets what `then` gives. */
export function suspended<T>({ instance }: AsyncInstance, waiting: Promise<void>, then: () => T): Promise<T> {
  return instance.scope
    .wait(waiting)
    .then(then)
    .catch((error: unknown) => instance.fail(error));
}

export const bareBuiltIns: Readonly<Record<BareBuiltIn, (async: AsyncInstance) => Core>> = {
  'task-cancel': () => () => {
    throw new Trap('the guest says that its task was cancelled, and it was not');
  },
  'backpressure-set':
    ({ tasks }) =>
    on => {
      tasks.backpressure = on === 0 ? 0 : 1;
    },
  'backpressure-inc':
    ({ tasks }) =>
    () => {
      if (tasks.backpressure === 0xffff) throw new Trap('the guest counted its backpressure too far');
      tasks.backpressure += 1;
    },
  'backpressure-dec':
    ({ tasks }) =>
    () => {
      if (tasks.backpressure === 0) throw new Trap('the guest took back more backpressure than it gave');
      tasks.backpressure -= 1;
    },
  'subtask-drop': async => handle => {
    const subtask = subtaskAt(async, handle);
    if (!subtask.isDelivered) throw new Trap(`the subtask ${handle >>> 0} was dropped before its end`);
    async.ends.remove(subtask);
  },
  'waitable-set-new':
    ({ instance }) =>
    () =>
      instance.handles.add(new WaitableSet()),
  'waitable-set-drop': async => handle => {
    const set = setAt(async, handle);
    if (!set.isEmpty || set.waiting > 0) throw new Trap(`the waitable set ${handle >>> 0} was dropped while it was in use`);
    async.instance.handles.remove(handle);
  },
  'waitable-join': async => (handle, set) => {
    const waitable = async.instance.handles.get(handle);
    if (!(waitable instanceof Waitable)) throw new Trap(`handle ${handle >>> 0} is nothing that can be waited for`);
    waitable.join(set === 0 ? undefined : setAt(async, set));
  },
  'error-context-drop': async => handle => {
    errorAt(async, handle);
    async.instance.handles.remove(handle);
  },
};

export function cancelSubtask(async: AsyncInstance, handle: number, isAsync: boolean): number {
  const subtask = subtaskAt(async, handle);
  if (subtask.isDelivered) throw new Trap(`the subtask ${handle >>> 0} was cancelled after its end`);
  if (!isAsync) subtask.refuseInSet();
  subtask.cancel();
  return subtask.takeEvent();
}

/** Writes the next event to `pointer`, and gives its code. */
export function pollSet(async: AsyncInstance, memory: GuestMemory, handle: number, pointer: number): number {
  const member = setAt(async, handle).next();
  if (!member) {
    putPair(memory, pointer, 0, 0);
    return events.none;
  }
  putPair(memory, pointer, member.handle, member.takeEvent());
  return member.eventCode;
}

/** The same; the guest waits for an event. For `WebAssembly.Suspending`. */
export function waitForSet(async: AsyncInstance, memory: GuestMemory, handle: number, pointer: number): number | Promise<number> {
  const set = setAt(async, handle);
  if (set.hasArrived) return pollSet(async, memory, handle, pointer);
  set.waiting += 1;
  const arrived = Promise.withResolvers<void>();
  set.whenArrived(arrived.resolve);
  return suspended(async, arrived.promise, () => {
    set.waiting -= 1;
    return pollSet(async, memory, handle, pointer);
  });
}

/** Of an end, or a subtask, that has something to tell now or later. For `WebAssembly.Suspending`. */
export function waitFor(async: AsyncInstance, waitable: Waitable): number | Promise<number> {
  if (waitable.hasEvent) return waitable.takeEvent();
  const own = new WaitableSet();
  const arrived = Promise.withResolvers<void>();
  own.whenArrived(arrived.resolve);
  waitable.join(own);
  return suspended(async, arrived.promise, () => {
    const payload = waitable.takeEvent();
    waitable.join(undefined);
    return payload;
  });
}

export function newError(async: AsyncInstance, memory: GuestMemory, pointer: number, length: number): number {
  return async.instance.handles.add(new ErrorContext(memory.string(pointer, length)));
}

export function putErrorMessage(async: AsyncInstance, memory: GuestMemory, handle: number, pointer: number): void {
  const { message } = errorAt(async, handle);
  memory.putString(message, memory.writable(pointer, 8, 4));
}

function putPair(memory: GuestMemory, pointer: number, first: number, second: number): void {
  memory.refresh();
  memory.putPair(memory.writable(pointer, 8, 4), first, second);
}

function subtaskAt({ instance }: AsyncInstance, handle: number): Subtask {
  const entry = instance.handles.get(handle);
  if (entry instanceof Subtask) return entry;
  throw new Trap(`handle ${handle >>> 0} is no subtask`);
}

function setAt({ instance }: AsyncInstance, handle: number): WaitableSet {
  const entry = instance.handles.get(handle);
  if (entry instanceof WaitableSet) return entry;
  throw new Trap(`handle ${handle >>> 0} is no waitable set`);
}

function errorAt({ instance }: AsyncInstance, handle: number): ErrorContext {
  const entry = instance.handles.get(handle);
  if (entry instanceof ErrorContext) return entry;
  throw new Trap(`handle ${handle >>> 0} is no error context`);
}
