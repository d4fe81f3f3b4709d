// One call of an async-lifted export, from its start to its exit (CanonicalABI.md, Task).
import type { WitFunction } from '../../wit/interface.ts';
import type { HostScope } from '../../wit/scope.ts';
import { Trap } from '../../wit/trap.ts';

export type TaskStep = Promise<number | bigint | undefined>;
export type TaskCallback = (event: number, handle: number, payload: number) => TaskStep;

export interface TaskParts {
  /** The invocation that it belongs to. */
  readonly scope: HostScope;
  /** As the host declares it. */
  readonly type: WitFunction;
  readonly start: () => TaskStep;
  readonly callback: TaskCallback;
  readonly onReturn: ((result: unknown) => void) | undefined;
}

export class Task {
  /** Among its instance's. */
  place = -1;
  readonly parts: TaskParts;
  readonly done: PromiseWithResolvers<void> = Promise.withResolvers<void>();
  /** What `context.get` gives, by slot. */
  readonly context: number[] = [0, 0];
  isReturned = false;
  /** Nothing of it is called any more. */
  isOver = false;

  constructor(parts: TaskParts) {
    this.parts = parts;
  }

  /** Throws Trap when it has its result already. */
  return(result: unknown): void {
    if (this.isReturned) throw new Trap('the guest gave its result twice');
    this.isReturned = true;
    this.parts.onReturn?.(result);
  }
}
