// What happens in a running app, as data: published once per invocation, listened to by log, console and tests.
import type { GuestTrap } from './guest-trap.ts';

export type Outcome =
  | { readonly kind: 'returned' }
  | { readonly kind: 'trapped'; readonly trap: GuestTrap }
  /** The app was stopped before the guest was done. */
  | { readonly kind: 'cancelled'; readonly reason: string };

export interface InvocationEvent {
  readonly component: string;
  /** What caused the invocation, in one phrase: `GET /cart/...`. */
  readonly cause: string;
  readonly outcome: Outcome;
  readonly ms: number;
}

export type Listener = (event: InvocationEvent) => void;

export class Events {
  readonly #listeners = new Set<Listener>();

  /** Returns the function that stops listening. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get wanted(): boolean {
    return this.#listeners.size > 0;
  }

  publish(event: InvocationEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
