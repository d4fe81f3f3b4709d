// What a guest can wait for: a subtask, or an end of a stream or future that is being read or written (CanonicalABI.md, Waitable).
import { Trap } from '../../wit/trap.ts';
import type { WaitableSet } from './waitable-set.ts';

export abstract class Waitable {
  /** Its handle. */
  handle = 0;
  #set: WaitableSet | undefined;

  /** There is something to tell the guest. */
  abstract readonly hasEvent: boolean;
  abstract readonly eventCode: number;
  /** Something will happen, as far as anybody can tell, though the guest does nothing. */
  abstract readonly isExpected: boolean;
  /** Tells it: gives the event's payload. Only when there is one. */
  abstract takeEvent(): number;
  /** The guest is gone: nothing of its memory may be touched any more. */
  abstract abandon(): void;

  get set(): WaitableSet | undefined {
    return this.#set;
  }

  /** For what waits for it alone. Throws Trap when it is in a set, whose waiter would be told in its place. */
  refuseInSet(): void {
    if (this.#set) throw new Trap('the guest waits for something by itself that it has put in a waitable set');
  }

  join(set: WaitableSet | undefined): void {
    this.#set?.remove(this);
    this.#set = set;
    set?.add(this);
  }

  /** From now on there is something to tell. */
  protected signal(): void {
    this.#set?.arrived(this);
  }
}
