// wasi:io/poll's pollable: something a guest can wait for. Nothing here blocks a thread.
import { resource, type WitResource } from '../../wit/types.ts';

export interface Pollable {
  ready(): boolean;
  /** Resolves when `ready()` may have become true; never rejects. Must be cheap to call again and again. */
  wait(): Promise<void>;
  /** Lets go of timers and listeners. */
  dispose?(): void;
}

export const pollableResource: WitResource<Pollable> = resource<Pollable>('pollable');

/** A pollable that is always ready. */
export const readyPollable: Pollable = { ready: () => true, wait: () => Promise.resolve() };

/**
 * Wakes everybody who waits. A host object that guests wait for owns one and calls `wake()` at every change of its state.
 */
export class Wakeup {
  #waiting: PromiseWithResolvers<void> | undefined;

  wait(): Promise<void> {
    this.#waiting ??= Promise.withResolvers<void>();
    return this.#waiting.promise;
  }

  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve();
  }
}
