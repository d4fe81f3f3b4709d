// All that an instance has of the async half of the canonical ABI.
import { Ends } from './ends.ts';
import type { Elements } from './element.ts';
import { Tasks, type TaskInstance } from './tasks.ts';
import { Waitable } from './waitable.ts';
import { WaitableSet } from './waitable-set.ts';

export class AsyncInstance {
  readonly tasks: Tasks;
  readonly ends: Ends;
  readonly instance: TaskInstance;

  constructor(instance: TaskInstance, elements: Elements) {
    this.instance = instance;
    this.tasks = new Tasks(instance);
    this.ends = new Ends(instance, elements, happening => this.tasks.guarded(happening));
  }

  /** The invocation is over: nothing of it is gone on with, and who has the other end of something learns that. */
  leave(): void {
    for (const entry of this.instance.handles.added()) {
      if (entry instanceof Waitable || entry instanceof WaitableSet) entry.abandon();
    }
  }
}
