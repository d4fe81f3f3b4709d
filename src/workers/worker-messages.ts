// What the main thread and a worker say to each other. Plain data and ports: it crosses threads by structured clone.
import type { MessagePort } from 'node:worker_threads';
import type { App } from '../app/app.ts';
import type { InvocationEvent } from '../runtime/events.ts';
import type { InstanceOptions } from '../runtime/instance-options.ts';
import type { LoadProgress } from '../runtime/prepare-components.ts';
import type { ListenRequest } from '../trigger/http/listen-request.ts';
import type { ListenAddress } from '../trigger/http/port.ts';
import type { CoreModules } from '../wasm/compile.ts';
import type { PreparedComponent } from '../wasm/prepare.ts';
import type { BoardMemory } from './board.ts';
import type { RingMemory } from './output-ring.ts';
import type { PostedError } from './posted-error.ts';

/** What a worker and the main thread have in common. */
export interface WorkerMemories {
  readonly board: BoardMemory;
  readonly ring: RingMemory;
  /** Of its `Preemption`. */
  readonly preemption: WebAssembly.Memory;
}

/** All that a worker needs to serve the app. */
export interface WorkerApp {
  readonly app: App;
  readonly prepared: readonly PreparedComponent[];
  readonly modules: readonly CoreModules[];
  readonly instances: InstanceOptions;
  /** What the host interfaces share. */
  readonly shared: readonly unknown[];
  /** Somebody listens to every invocation. */
  readonly tellsInvocations: boolean;
}

/** The head of a request that `app.fetch` was given. */
export interface PostedRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
}

export interface PostedResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
}

export type ToWorker =
  | ({ readonly kind: 'load'; readonly memories: WorkerMemories } & WorkerApp)
  /** `shared`: other workers listen there as well. Answered by `listening` or `refused`. */
  | { readonly kind: 'listen'; readonly id: number; readonly request: ListenRequest; readonly shared: boolean }
  /** Answered on `port`; the bodies flow through `stream-port.ts`. */
  | {
      readonly kind: 'fetch';
      readonly request: PostedRequest;
      readonly port: MessagePort;
      readonly body: MessagePort | undefined;
    }
  /** The last `told` was passed on. */
  | { readonly kind: 'heard' }
  /** Answered by `closed`. */
  | { readonly kind: 'close'; readonly drainMs: number };

export type FromWorker =
  | { readonly kind: 'progress'; readonly progress: LoadProgress }
  | { readonly kind: 'loaded'; readonly bindings: readonly string[]; readonly notices: readonly string[] }
  /** It could not load the app, and ends. */
  | { readonly kind: 'failed'; readonly error: PostedError }
  | { readonly kind: 'listening'; readonly id: number; readonly address: ListenAddress }
  | { readonly kind: 'refused'; readonly id: number; readonly error: PostedError }
  /** There is something in the ring. */
  | { readonly kind: 'printed' }
  | ({ readonly kind: 'told' } & Told)
  | { readonly kind: 'closed' };

/** What happened since the last time, in order. */
export interface Told {
  readonly warnings: readonly Warning[];
  readonly invocations: readonly InvocationEvent[];
}

export interface Warning {
  readonly text: string;
  /** Every worker would tell the same: it is told once. */
  readonly once: boolean;
}

/** The worker's words on the port of a `fetch`. */
export type FetchAnswer =
  | {
      readonly kind: 'head';
      readonly response: PostedResponse;
      /** Undefined: there is no body. */
      readonly body: MessagePort | undefined;
    }
  | { readonly kind: 'failed'; readonly error: PostedError };

/** The main thread's only word there: whoever asked has given up. */
export type FetchAbort = { readonly kind: 'abort' };
