// The contract of a host interface: one ability offered to guests (Spin says factor). It has four moments: declared (its WIT
// functions), opened (once per app: what its threads share), configured (once per thread) and begun (once per invocation).
import type { Transferable } from 'node:worker_threads';
import type { App, Component } from '../app/app.ts';
import type { Chain } from './chain.ts';
import type { InputStream, OutputStream } from './io/stream.ts';
import type { Provided } from '../wit/provided.ts';
import type { Entry } from './wasi-http/fields.ts';
import type { Kept } from './withheld.ts';

export type { Kept, Withheld } from './withheld.ts';

export { Chain, type ChainedRequest } from './chain.ts';
export { provide, type AnyProvided, type Provided } from '../wit/provided.ts';

/** One trigger event that one instance handles, as host interfaces see it. */
export interface Invocation {
  readonly component: Component;
  /**
   * How many components called each other until this one was called: 0 for a request from outside. In an instance that serves
   * several requests at once it is that of the one that calls the host right now: to be asked before anything is waited for.
   */
  readonly depth: number;
  /** Headers of the request that it answers, as they came, their names in lower case; none where it answers no request. */
  readonly received: readonly Entry[];
  /** Where this invocation's guest prints to. */
  readonly output: GuestOutput;
  /** What a command is run with; undefined for a component that handles requests itself. */
  readonly command?: CommandIo | undefined;
  /** Aborted when the invocation is over, by its end, a trap, a deadline or the client's going away: settle and let go. */
  readonly signal: AbortSignal;
  /** Counts bytes that host objects keep for the guest; negative when they are let go. Traps when it is too much. */
  hold(bytes: number): void;
  /**
   * The guest may be told that a write of so many bytes is done though it is on its way: nothing that the guest says leaves the
   * host before (ADR 023). Undefined: it may not, and has to wait.
   */
  withhold?(bytes: number): Kept | undefined;
  /**
   * To be called before anything leaves the host otherwise than by the answer, at once when the guest asks: resolves when what the
   * guest was told of is on disk, or with the reason why not, and then nothing may leave. From now on the guest waits itself.
   */
  leaving?(): Promise<string | undefined> | undefined;
  /** The guest was refused something that the user can allow (`was refused the store "a": add ...`): for the report of a failure that may follow. */
  refused?(text: string): void;
  /** Ends the invocation with a trap (an unknown handle, a broken promise of the host): throws, never returns. */
  trap(message: string): never;
}

/** The process that a command takes itself for. */
export interface CommandIo {
  readonly arguments: readonly string[];
  /** Over the component's own. */
  readonly environment: readonly (readonly [string, string])[];
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
}

/** What is known when the app is opened, on the thread that owns it. */
export interface AppContext {
  readonly app: App;
  /** The components that a trigger uses. */
  readonly components: readonly Component[];
  /** Tells the user (stderr) what a guest was refused and how to allow it. */
  readonly warn: (message: string) => void;
}

/** The app's components that will be loaded, and what the host offers to host interfaces. */
export interface HostContext extends AppContext {
  readonly output: GuestOutput;
  readonly clock: Clock;
  /** Takes requests to the app itself. */
  readonly chain: Chain;
  /** The `data` of a connection of its own, from what `open` made; undefined when it made nothing. */
  readonly shared: unknown;
}

/** What the threads of an app share. */
export interface SharedHost {
  /** For one thread more. */
  connect(): HostConnection;
  /**
   * The app was read anew (ADR 022): from now on `connect` is for this one. What it lacks is opened; what is there keeps its data.
   * Without it everything is opened anew beside the old. Throws TspinError, and all is as before then.
   */
  follow?(context: AppContext): Promise<void>;
  /** Called when every thread has closed its part, or is gone. */
  close(): Promise<void>;
}

/** Given to another thread: plain data, and the ports in it. */
export interface HostConnection {
  readonly data: unknown;
  readonly transfer: readonly Transferable[];
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

/** `State` is what its functions take, `Begun` what `begin` makes: the same, but in lists of different host interfaces. */
export interface HostInterface<State, Begun = State> {
  /** The folder's name: `key-value`. */
  readonly name: string;
  readonly provides: readonly Provided<State>[];
  /**
   * What guests get from it that should differ from one invocation to the next: `random numbers`, `the time`. An instance
   * that asked for it while it was made would make the same of it in every invocation, so it serves one only (ADR 015).
   */
  readonly differing?: string;
  /** Once per app, before a port opens: checks every component, opens what threads share. Throws TspinError. */
  open?(context: AppContext): Promise<SharedHost | undefined>;
  /** Once per thread, before a port opens. Throws TspinError. */
  configure(context: HostContext): Promise<ConfiguredHost<State, Begun>> | ConfiguredHost<State, Begun>;
}

export interface ConfiguredHost<State, Begun = State> {
  /**
   * Functions that may wait by their declaration and never do in this app, because of what stands behind them:
   * `fermyon:spin/key-value#[method]store.get`. Calling one suspends no guest.
   */
  readonly atOnce?: readonly string[];
  /** Once per invocation: cheap. */
  begin(invocation: Invocation): Begun;
  /** After the invocation: lets go of whatever it still holds. Never throws. */
  end?(state: State): void;
  /** When the app stops: writes what is to be written, closes. */
  close?(): Promise<void>;
}

/** Any host interface: its state is known to itself only. */
export type AnyHostInterface = HostInterface<never, unknown>;
export type AnyConfiguredHost = ConfiguredHost<never, unknown>;
