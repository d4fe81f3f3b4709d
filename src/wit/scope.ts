// What the bindings of an instance, fast or plain, need of the invocation that the instance serves.
import type { AnyProvided } from './provided.ts';

export interface HostScope {
  /** The guest begins with a call that belongs to it, or goes on with one in its callback. */
  begins?(): void;
  /** Before every host function, with its name: throws a Trap when the invocation is over. */
  enter(call?: string): void;
  /** Now and then while the guest computes: throws a Trap when its time is over or the invocation was ended. */
  tick(): void;
  /** Something was refused that the user can allow: told once, with the invocation's event. */
  warn(message: string): void;
  /** A promise that also rejects when the invocation is given up. */
  wait<T>(promise: Promise<T>): Promise<T>;
  /** Takes what escaped a host function (a trap or a bug), ends the invocation, and gives the Trap to throw into the guest. */
  failed(error: unknown): Error;
  /** The state that the host interface made for this invocation. */
  state(provided: AnyProvided): unknown;
}
