// How a component is put together, read from its binary: which core instances there are, and what each is given. Plain data.
import type { WitNode } from '../../wit/types.ts';
import type { StringEncoding } from '../abi/guest-memory.ts';

export interface ComponentPlan {
  /** Where the core modules are in the component, in order. */
  readonly modules: readonly { readonly offset: number; readonly length: number }[];
  /** The functions that `canon` definitions make. */
  readonly canons: readonly CanonFunction[];
  /** In the order in which they are made. */
  readonly instances: readonly CoreInstancePlan[];
  readonly exports: readonly LiftedFunction[];
}

export interface CoreInstancePlan {
  /** Index among the modules. */
  readonly module: number;
  /** One for each import of the core module, in its order. */
  readonly imports: readonly CoreImport[];
}

export type CoreKind = 'func' | 'table' | 'memory' | 'global' | 'tag';

export interface CoreImport {
  readonly module: string;
  readonly name: string;
  readonly kind: CoreKind;
  readonly item: CoreItem;
}

export type CoreItem =
  /** What an earlier core instance exports. */
  | { readonly from: 'instance'; readonly instance: number; readonly name: string }
  | { readonly from: 'canon'; readonly canon: number };

export interface CanonOptions {
  readonly encoding: StringEncoding;
  readonly memory?: CoreItem;
  readonly realloc?: CoreItem;
  readonly postReturn?: CoreItem;
  readonly async: boolean;
  readonly callback?: CoreItem;
}

export interface FunctionType {
  readonly async: boolean;
  readonly params: readonly (readonly [string, WitNode])[];
  readonly result?: WitNode | undefined;
}

/** A component's function as a core import (CanonicalABI.md, canon_lower). */
export interface LoweredImport {
  readonly kind: 'lower';
  /** `wasi:http/types@0.2.6` */
  readonly interface: string;
  /** `[method]fields.get` */
  readonly name: string;
  readonly type: FunctionType;
  readonly options: CanonOptions;
}

/** The kinds of `canon` that take nothing but options: their memory, their strings. */
export interface BuiltIn<Kind extends string> {
  readonly kind: Kind;
  readonly options: CanonOptions;
}

export type StreamOperation = 'new' | 'read' | 'write' | 'cancel-read' | 'cancel-write' | 'drop-readable' | 'drop-writable';

export type CanonFunction =
  | LoweredImport
  | { readonly kind: 'resource-drop'; readonly interface: string; readonly resource: string }
  | { readonly kind: 'task-return'; readonly result?: WitNode | undefined; readonly options: CanonOptions }
  | { readonly kind: 'context-get' | 'context-set'; readonly slot: number }
  | { readonly kind: 'thread-yield'; readonly cancellable: boolean }
  | { readonly kind: 'waitable-set-wait' | 'waitable-set-poll'; readonly cancellable: boolean; readonly options: CanonOptions }
  | { readonly kind: 'subtask-cancel'; readonly async: boolean }
  | {
      readonly kind: 'stream' | 'future';
      readonly operation: StreamOperation;
      readonly element?: WitNode | undefined;
      readonly options: CanonOptions;
    }
  | BuiltIn<'error-context-new' | 'error-context-debug-message'>
  | { readonly kind: BareBuiltIn };

/** The kinds of `canon` that take nothing. */
export type BareBuiltIn =
  | 'task-cancel'
  | 'backpressure-set'
  | 'backpressure-inc'
  | 'backpressure-dec'
  | 'subtask-drop'
  | 'waitable-set-new'
  | 'waitable-set-drop'
  | 'waitable-join'
  | 'error-context-drop';

export interface LiftedFunction {
  /** `wasi:http/incoming-handler@0.2.0`; undefined for a function of the world itself. */
  readonly interface?: string | undefined;
  /** `handle` */
  readonly name: string;
  readonly type: FunctionType;
  readonly core: CoreItem;
  readonly options: CanonOptions;
}
