// A loaded app that answers requests, on whichever threads.
import type { App } from '../app/app.ts';
import type { GuestOutput } from '../host/interface.ts';
import type { InvocationEvent } from '../runtime/events.ts';
import type { InstanceOptions } from '../runtime/instance-options.ts';
import type { LoadProgress } from '../runtime/prepare-components.ts';
import type { SharedHosts } from '../runtime/shared-hosts.ts';
import type { Development } from '../trigger/http/development.ts';
import type { ListenRequest } from '../trigger/http/listen-request.ts';
import type { ListenAddress } from '../trigger/http/port.ts';
import type { PreparedComponent } from '../wasm/prepare.ts';

export interface Serving {
  /** What was decided for the user and should be said. */
  readonly notices: readonly string[];
  /** How each component is bound, a line each. */
  readonly bindings: readonly string[];
  /** Instances that are at work now. */
  readonly instances: number;
  /** Threads that take requests now; 0 when it is the caller's. */
  readonly workers: number;
  /** Resolves when the app cannot be served any more. */
  readonly failed: Promise<Error>;
  /** Throws TspinError. */
  listen(request: ListenRequest): Promise<ListenAddress>;
  fetch(request: Request): Promise<Response>;
  /** Stops listening, lets what is in flight finish for `drainMs`, ends the rest. */
  close(drainMs: number): Promise<void>;
}

/** What is served. */
export interface ServedApp {
  readonly app: App;
  /** All of its components, in their order. */
  readonly prepared: readonly PreparedComponent[];
  readonly hosts: SharedHosts;
}

export interface ServingOptions {
  readonly instances: InstanceOptions;
  readonly output: GuestOutput;
  readonly warn: (message: string) => void;
  readonly progress: (progress: LoadProgress) => void;
  readonly invocation: ((event: InvocationEvent) => void) | undefined;
  /** Every component is started once before it serves. */
  readonly triesAll?: boolean;
  /** Somebody develops the app; only on the loader's own thread. */
  readonly development?: Development | undefined;
}
