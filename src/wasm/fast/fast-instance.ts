// One instance of a component bound without jco: its handles, the invocation that it serves, and its way back to the first state.
import type { HostScope } from '../../wit/scope.ts';
import { Trap } from '../../wit/trap.ts';
import { HandleTable } from '../abi/handle-table.ts';
import type { Realloc } from '../abi/guest-memory.ts';
import type { CoreFunction } from '../abi/lowered-function.ts';
import type { AsyncSupport, InstanceContext } from '../abi/instance-context.ts';
import { noAsync } from '../abi/no-async.ts';
import { AsyncInstance } from '../async/async-instance.ts';
import type { BorrowCount } from '../abi/resource-handle.ts';
import type { ExportedFunction, GuestInstance } from '../guest.ts';
import { CoreInstances } from './core-instances.ts';
import type { ExportedCall } from './exported-call.ts';
import type { FastComponent } from './fast-component.ts';
import { Image } from './image.ts';
import { InstanceMemory } from './memory-budget.ts';
import { Serving, type PromisingFunction } from './serving.ts';
import { trapFunctions, type TrapFunctions } from './trap-module.ts';
import { WaitingFunctions } from './waiting-functions.ts';

const wasmPageBytes = 65_536;

export class FastInstance implements GuestInstance, InstanceContext {
  readonly handles: HandleTable;
  readonly async: AsyncSupport;
  readonly #asynchronous: AsyncInstance | undefined;
  readonly core: CoreInstances;
  readonly #component: FastComponent;
  readonly #trapFunctions: TrapFunctions;
  #waiting: WaitingFunctions | undefined;
  readonly #calls = new Map<string, ExportedCall>();
  readonly #servings: Serving[] = [];
  readonly #image: Image | undefined;
  readonly #budget: InstanceMemory;
  readonly borrows: BorrowCount = { count: 0 };
  mayLeave = true;
  #scope: HostScope;
  /** The invocation that entered last. */
  #entered: HostScope;

  /** Runs the start functions of the component's core modules, with `home` as their invocation. */
  constructor(component: FastComponent, home: HostScope) {
    this.#component = component;
    this.#scope = home;
    this.#entered = home;
    this.#asynchronous = component.isAsync ? new AsyncInstance(this, component.elements) : undefined;
    this.async = this.#asynchronous?.ends ?? noAsync;
    this.handles = new HandleTable(component.limits.handlesMax);
    this.#trapFunctions = trapFunctions(component.trapModule, {
      giveWay: () => this.#giveWay(),
      check: () => this.#check(),
      mayGrow: (pages, wanted) => this.#mayGrow(pages * wasmPageBytes, wanted * wasmPageBytes),
    });
    this.#budget = new InstanceMemory(component.memoryBudget, component.initialBytes);
    try {
      this.core = component.preemption.held(() => new CoreInstances(component, this));
    } catch (error) {
      this.#budget.give();
      throw error;
    }
    const { memories, globals } = this.core;
    this.#image = component.takesImages ? new Image(memories, globals, this.handles, component.sharedImages) : undefined;
  }

  get scope(): HostScope {
    return this.#scope;
  }

  /** The invocation that calls made from now on belong to. */
  get entered(): HostScope {
    return this.#entered;
  }

  get asynchronous(): AsyncInstance {
    if (!this.#asynchronous) throw new Error('the component has nothing of WASI 0.3');
    return this.#asynchronous;
  }

  /** Made when the component imports one. */
  get waiting(): WaitingFunctions {
    return (this.#waiting ??= new WaitingFunctions(this.#component.waiting));
  }

  enter(scope: HostScope): void {
    this.#entered = scope;
    if (!this.#asynchronous?.tasks.isRunning) this.#scope = scope;
  }

  serve(scope: HostScope): void {
    this.#scope = scope;
  }

  call(target: ExportedFunction, args: readonly unknown[], onReturn?: (result: unknown) => void): Promise<void> {
    let call = this.#calls.get(target.name);
    if (!call) {
      call = this.#component.bindExport(target, this);
      this.#calls.set(target.name, call);
    }
    return call(args, onReturn);
  }

  /** The functions, called on a stack that they share and that stays until the instance is disposed of. */
  served(module: WebAssembly.Module, functions: readonly CoreFunction[]): readonly PromisingFunction[] {
    const serving = new Serving(module, functions, () => this.#scope.begins?.());
    this.#servings.push(serving);
    return functions.map((_, place) => serving.function(place));
  }

  abandon(scope: HostScope): boolean {
    return this.#asynchronous?.tasks.abandon(scope) ?? false;
  }

  leave(): void {
    this.#asynchronous?.leave();
    this.#component.dropHandles(this);
  }

  reset(): boolean {
    if (this.#asynchronous && !this.#asynchronous.tasks.reset()) return false;
    if (!this.#image || !this.#image.putBack()) return false;
    this.core.forget();
    return true;
  }

  retire(): void {
    if (!this.#image) this.core.giveMemories();
  }

  dispose(): void {
    for (const serving of this.#servings) serving.end();
    this.#budget.give();
  }

  fail(error: unknown): never {
    // The guest's own trap, in a function of its that the host called (realloc): it goes on its way.
    if (error instanceof WebAssembly.RuntimeError && !(error instanceof Trap)) throw error;
    const deep = error instanceof RangeError && /call stack/.test(error.message);
    this.#scope.failed(deep ? new Trap('call stack exhausted') : error);
    return this.#trapFunctions.trap();
  }

  waitFor(later: Promise<unknown>, instead: number | bigint): number | bigint {
    this.waiting.waitFor(later);
    return instead;
  }

  held<T>(call: () => T): T {
    this.mayLeave = false;
    try {
      return this.#component.preemption.held(call);
    } finally {
      this.mayLeave = true;
    }
  }

  /** The guest's function, run as `held` does: made once, it takes no closure for each of its many calls. */
  heldRealloc(realloc: Realloc): Realloc {
    const { preemption } = this.#component;
    return (pointer, oldSize, align, size) => {
      this.mayLeave = false;
      preemption.hold();
      try {
        return realloc(pointer, oldSize, align, size);
      } finally {
        preemption.release();
        this.mayLeave = true;
      }
    };
  }

  /** Gives a core instance its way to give way. */
  putCalls(table: WebAssembly.Table | undefined): void {
    table?.set(0, this.#trapFunctions.yield);
    table?.set(1, this.#trapFunctions.check);
    table?.set(2, this.#trapFunctions.grow);
  }

  #giveWay(): Promise<void> | undefined {
    try {
      this.#scope.tick();
      return this.#component.preemption.isOverdue(this.#scope) ? this.#later() : undefined;
    } catch (error) {
      return this.fail(error);
    }
  }

  async #later(): Promise<void> {
    try {
      await this.#component.preemption.giveWay();
      this.#scope.enter();
    } catch (error) {
      this.fail(error);
    }
  }

  /** By how many bytes a memory grows, and to how many. A guest that is refused goes on: its memory.grow gives -1. */
  #mayGrow(more: number, bytes: number): boolean {
    const { memoryBytesMax } = this.#component.limits;
    if (bytes > memoryBytesMax) {
      this.#scope.warn(`its memory may not grow to ${bytes} bytes: the limit is ${memoryBytesMax} (--max-instance-memory)`);
      return false;
    }
    if (this.#budget.take(more)) return true;
    this.#scope.warn(
      `its memory may not grow to ${bytes} bytes: all instances together have ${this.#component.memoryBudget.max} (--max-total-memory)`,
    );
    return false;
  }

  #check(): void {
    try {
      this.#component.preemption.passedHeld();
      this.#scope.tick();
    } catch (error) {
      this.fail(error);
    }
  }
}
