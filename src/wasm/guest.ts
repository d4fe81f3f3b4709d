// An instance of a component, whichever bindings it has: what the runtime and triggers know of it.
import type { WitFunction } from '../wit/interface.ts';
import type { HostScope } from '../wit/scope.ts';

/** A function that a component exports. */
export interface ExportedFunction {
  /** With version, as the component has it: `wasi:http/incoming-handler@0.2.0`. */
  readonly interface: string;
  /** `handle` */
  readonly name: string;
  readonly type: WitFunction;
}

/** Serves one invocation at a time, but one that is reused: then each call that is made after `enter` belongs to that invocation. */
export interface GuestInstance {
  /** From now on its host calls belong to this invocation; those of calls that were made before stay theirs. */
  enter(scope: HostScope): void;
  /**
   * Calls an export with WIT values (host objects for resources). `onReturn` gets the result as soon as there is one, which
   * for WASI 0.3 is before the call is over. Rejects when the guest traps.
   */
  call(target: ExportedFunction, args: readonly unknown[], onReturn?: (result: unknown) => void): Promise<void>;
  /**
   * Nothing of what this invocation began is gone on with, though its call is not over: others use the instance still.
   * False when it was suspended in the middle, so that no code of the instance may run any more.
   */
  abandon(scope: HostScope): boolean;
  /** After the call: drops the handles that the invocation left behind. */
  leave(): void;
  /** Puts the instance back to its first state. False: it must not serve again. */
  reset(): boolean;
  /** It returned and will not serve again: what it was made of may go into another instance. Comes before `dispose`. */
  retire(): void;
  /** It will not serve again: lets go of what waits for it. */
  dispose(): void;
}

/**
 * Where an instruction is in the component's own core module, counted from the module's beginning; `moved` when that is not
 * known any more; `not the guest` for code of the host's.
 */
export type Located = number | 'moved' | 'not the guest';

/** `src/lib.rs:42:13`: the line, and the column where it is known. */
export interface SourcePlace {
  readonly source: string;
}

/** `module`: the name that V8 gives the module in a frame; `offset`: the one in the frame. */
export type LocateCode = (module: string, offset: number) => Located | SourcePlace;

/** A component of which instances can be made. */
export interface GuestComponent {
  /** Undefined where frames are right as they are. */
  readonly locate?: LocateCode | undefined;
  readonly bindings: 'fast' | 'plain';
  /** Why its instances cannot be put back and serve again; undefined when they can. */
  readonly unfit: string | undefined;
  /** An instance is to serve many invocations, several at once, without being put back. */
  readonly isReused: boolean;
  /** Its instances are not put back from now on, for this reason. */
  keepFresh(reason: string): void;
  /** What the memories of an instance have at first, in bytes; 0 when that is not known. */
  readonly initialBytes: number;
  /** Runs the component's start with `home` as its invocation. Throws what the start throws, RangeError without memory. */
  instantiate(home: HostScope): GuestInstance;
}
