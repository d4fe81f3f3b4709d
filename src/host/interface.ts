// The contract of a host interface: one ability offered to guests (Spin says factor). It has three moments:
// declared (its WIT functions), configured (once per app) and begun (once per invocation).
import type { App, Component } from '../app/app.ts';
import type { Implementation, WitInterface } from '../wit/interface.ts';
import type { ResourceNode } from '../wit/types.ts';

/** One trigger event that one instance handles, as host interfaces see it. */
export interface Invocation {
  readonly component: Component;
  /** Aborted when the invocation is over, by its end, a trap, a deadline or the client's going away: settle and let go. */
  readonly signal: AbortSignal;
  /** Ends the invocation with a trap (an unknown handle, a broken promise of the host): throws, never returns. */
  trap(message: string): never;
}

/** What one host interface gives for one WIT interface. `State` is what `begin` made for the invocation. */
export interface Provided<State = unknown> {
  readonly wit: WitInterface;
  readonly functions: Readonly<Record<string, (state: State, ...args: never[]) => unknown>>;
  /** By resource name: called when the guest drops its handle. Handles that are left at the end are dropped then. */
  readonly drops: Readonly<Record<string, (state: State, object: never) => void>>;
}

/** Ties an implementation to its declaration, checked by the types. */
export function provide<State>() {
  return <I extends WitInterface>(
    wit: I,
    functions: Implementation<State, I>,
    drops: Readonly<Record<string, (state: State, object: never) => void>> = {},
  ): Provided<State> => ({ wit, functions, drops });
}

/** The app's components that will be loaded, and what the host offers to host interfaces. */
export interface HostContext {
  readonly app: App;
  /** The components that a trigger uses. */
  readonly components: readonly Component[];
  readonly output: GuestOutput;
  readonly clock: Clock;
}

/** Takes what guests print. Bytes as written, in order for each component and stream. */
export interface GuestOutput {
  write(component: string, stream: 'stdout' | 'stderr', bytes: Uint8Array): void;
}

export interface Clock {
  /** Nanoseconds since an arbitrary start; never goes back. */
  monotonicNow(): bigint;
  /** Milliseconds since 1970, with fraction. */
  wallNowMs(): number;
}

export interface HostInterface<State = unknown> {
  /** The folder's name: `key-value`. */
  readonly name: string;
  readonly provides: readonly Provided<State>[];
  /** Once per app, before a port opens: checks every component, opens what is shared. Throws TspinError. */
  configure(context: HostContext): Promise<ConfiguredHost<State>> | ConfiguredHost<State>;
}

export interface ConfiguredHost<State = unknown> {
  /** Once per invocation: cheap. */
  begin(invocation: Invocation): State;
  /** After the invocation: lets go of whatever it still holds. Never throws. */
  end?(state: State): void;
  /** When the app stops: writes what is to be written, closes. */
  close?(): Promise<void>;
}

/** Finds a resource's declaration by name; used where a trigger hands objects to a guest. */
export const resourceOf = (wit: WitInterface, name: string): ResourceNode => {
  const found = wit.resources.find(resource => resource.name === name);
  if (!found) throw new Error(`${wit.name} has no resource ${name}`);
  return found;
};
