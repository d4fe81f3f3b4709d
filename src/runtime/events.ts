// What happens in a running app, as data: published once per invocation, listened to by log, console and tests.
import type { Evidence } from './evidence.ts';
import type { GuestTrap } from './guest-trap.ts';

export type Outcome =
  | { readonly kind: 'returned'; readonly evidence?: Evidence }
  | { readonly kind: 'trapped'; readonly trap: GuestTrap; readonly evidence?: Evidence }
  /** It took longer than it may. */
  | { readonly kind: 'timed-out'; readonly trap: GuestTrap; readonly evidence?: Evidence }
  /** It did not begin: too many were waiting, or there was no memory for an instance. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The app was stopped before the guest was done. */
  | { readonly kind: 'cancelled'; readonly reason: string };

export interface InvocationEvent {
  readonly component: string;
  /** What caused the invocation, in one phrase: `GET /cart/...`. */
  readonly cause: string;
  readonly outcome: Outcome;
  readonly ms: number;
  /** What the guest was refused and went on without, if anything: each is told with the event, whatever its outcome. */
  readonly warnings?: readonly string[] | undefined;
}

const isFailure = ({ outcome, warnings }: InvocationEvent): boolean => outcome.kind !== 'returned' || warnings !== undefined;

export type Listener = (event: InvocationEvent) => void;
/** What a listener wants to hear of: every invocation, or those that did not return or have warnings. */
export type Wanted = 'all' | 'failures';

export class Events {
  readonly #listeners = new Map<Listener, Wanted>();

  /** Returns the function that stops listening. */
  listen(listener: Listener, wanted: Wanted = 'all'): () => void {
    this.#listeners.set(listener, wanted);
    return () => this.#listeners.delete(listener);
  }

  /** What anybody wants; undefined when nobody listens. */
  get wanted(): Wanted | undefined {
    let most: Wanted | undefined;
    for (const wanted of this.#listeners.values()) {
      if (wanted === 'all') return 'all';
      most = wanted;
    }
    return most;
  }

  publish(event: InvocationEvent): void {
    for (const [listener, wanted] of this.#listeners) {
      if (wanted === 'all' || isFailure(event)) listener(event);
    }
  }
}
