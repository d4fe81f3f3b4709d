// The tasks of one instance: which of them runs, what the others wait for (CanonicalABI.md, canon_lift with a callback). While one
// runs or is suspended no other is entered.
import type { HostScope } from '../../wit/scope.ts';
import { Bag } from '../../util/bag.ts';
import { Trap } from '../../wit/trap.ts';
import type { InstanceContext } from '../abi/instance-context.ts';
import { callbackCodes } from './codes.ts';
import { Task, type TaskParts, type TaskStep } from './task.ts';
import { WaitableSet } from './waitable-set.ts';

/** An instance that can be told for which invocation it goes on. */
export interface TaskInstance extends InstanceContext {
  serve(scope: HostScope): void;
}

export class Tasks {
  readonly #instance: TaskInstance;
  readonly #tasks = new Bag<Task>();
  /** What of other tasks goes on when the one that runs has stopped. */
  #queue: (() => void)[] = [];
  /** Tasks that have not begun because the guest has enough to do. */
  #entering: (() => void)[] = [];
  #backpressure = 0;
  #isRunning = false;
  #hasTrapped = false;
  #current: Task | undefined;
  readonly #noContext: number[] = [0, 0];

  constructor(instance: TaskInstance) {
    this.#instance = instance;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Of the task that runs. */
  get context(): number[] {
    return this.#current?.context ?? this.#noContext;
  }

  /** The task that runs. Throws Trap when there is none. */
  get current(): Task {
    if (!this.#current) throw new Trap('the guest gave a result outside of any task');
    return this.#current;
  }

  get backpressure(): number {
    return this.#backpressure;
  }

  set backpressure(count: number) {
    this.#backpressure = count;
    if (count === 0) for (const enter of this.#entering.splice(0)) queueMicrotask(enter);
  }

  /** Resolves when the task has exited; rejects when the guest traps. */
  run(parts: TaskParts): Promise<void> {
    const task = new Task(parts);
    this.#tasks.add(task);
    if (this.#backpressure > 0) this.#entering.push(() => this.#enter(task, parts.start));
    else this.#enter(task, parts.start);
    return task.done.promise;
  }

  /** Whatever happens while the guest does something else, or nothing: an error there ends all that the instance does. */
  guarded(happening: () => void): void {
    try {
      happening();
    } catch (error) {
      for (const task of this.#tasks) this.#fail(task, error);
    }
  }

  /** The invocation's tasks are not gone on with. False when one is suspended in the middle: the instance is of no use then. */
  abandon(scope: HostScope): boolean {
    for (const task of this.#tasks) if (task.parts.scope === scope) this.#end(task);
    return this.#current?.parts.scope !== scope;
  }

  /** Nothing is gone on with. False when the guest is suspended in the middle. */
  reset(): boolean {
    for (const task of this.#tasks) this.#end(task);
    this.#queue = [];
    this.#entering = [];
    this.#backpressure = 0;
    this.#noContext.fill(0);
    return !this.#isRunning && !this.#hasTrapped;
  }

  #enter(task: Task, step: () => TaskStep): void {
    if (this.#hasTrapped) return;
    if (this.#isRunning) {
      this.#queue.push(() => this.#enter(task, step));
      return;
    }
    if (task.isOver) return this.#next();
    try {
      task.parts.scope.enter();
    } catch (error) {
      // Its invocation was given up while it waited: that is no fault of the guest's, and others go on.
      this.#reject(task, error);
      return this.#next();
    }
    this.#isRunning = true;
    this.#current = task;
    this.#instance.serve(task.parts.scope);
    let going: TaskStep;
    try {
      going = step();
    } catch (error) {
      return this.#stopped(() => this.#fail(task, error));
    }
    going.then(
      code => this.#stopped(() => this.#goOn(task, Number(code))),
      (error: unknown) => this.#stopped(() => this.#fail(task, error)),
    );
  }

  #stopped(then: () => void): void {
    this.#isRunning = false;
    this.#current = undefined;
    then();
    this.#next();
  }

  #next(): void {
    if (!this.#isRunning) this.#queue.shift()?.();
  }

  /** `packed`: what its start or callback returned. */
  #goOn(task: Task, packed: number): void {
    if (task.isOver) return;
    const code = packed & 0xf;
    if (code === callbackCodes.exit) {
      if (!task.isReturned) return this.#fail(task, new Trap('the guest ended its task without giving a result'));
      this.#end(task);
      task.done.resolve();
    } else if (code === callbackCodes.yield) {
      setImmediate(() => this.#enter(task, () => task.parts.callback(0, 0, 0)));
    } else if (code === callbackCodes.wait) {
      this.#wait(task, packed >>> 4);
    } else {
      this.#fail(task, new Trap(`the guest returned the unknown code ${code}`));
    }
  }

  #wait(task: Task, handle: number): void {
    const set = this.#instance.handles.get(handle);
    if (!(set instanceof WaitableSet)) return this.#fail(task, new Trap(`${handle} is no waitable set`));
    if (set.hasArrived) return this.#deliver(task, set, handle);
    if (this.#tasks.size === 1 && !set.isExpected) {
      return this.#fail(task, new Trap('the guest waits for something that can never happen'));
    }
    set.waiting += 1;
    set.whenArrived(() =>
      queueMicrotask(() => {
        set.waiting -= 1;
        this.#deliver(task, set, handle);
      }),
    );
  }

  #deliver(task: Task, set: WaitableSet, handle: number): void {
    this.#enter(task, () => {
      const member = set.next();
      // Somebody else was told meanwhile.
      if (!member) return Promise.resolve(callbackCodes.wait | (handle << 4));
      const payload = member.takeEvent();
      return task.parts.callback(member.eventCode, member.handle, payload);
    });
  }

  #end(task: Task): void {
    task.isOver = true;
    this.#tasks.delete(task);
  }

  /** A trap: no code of the instance may run any more. What else it has to do is given up by whoever shares it. */
  #fail(task: Task, error: unknown): void {
    this.#hasTrapped = true;
    this.#queue = [];
    this.#reject(task, error);
  }

  #reject(task: Task, error: unknown): void {
    if (task.isOver) return;
    this.#end(task);
    // What is no trap of the guest's is the host's fault, and is told as such.
    task.done.reject(error instanceof WebAssembly.RuntimeError ? error : task.parts.scope.failed(error));
  }
}
