// A run outside any executor: `hosts` gives the one host interface, `given`'s, the state.
import type { GuestOutput } from '../../src/host/interface.ts';
import { Hosts } from '../../src/runtime/host-states.ts';
import { InvocationRun } from '../../src/runtime/run.ts';
import type { AnyProvided } from '../../src/wit/provided.ts';
import { stubComponent } from '../host/harness.ts';

export interface StartOptions {
  readonly output?: GuestOutput;
  readonly provides?: readonly AnyProvided[];
  readonly state?: unknown;
}

export function startRun({ output = { write: () => {} }, provides = [], state = null }: StartOptions = {}): InvocationRun {
  const host = { name: 'tested', provides, configure: () => configured };
  const configured = { begin: () => state };
  return new InvocationRun({ component: stubComponent({}, 0), output, hosts: new Hosts([{ host, configured }]) });
}

/** Rejects when the run is given up. */
export const givenUp = (run: InvocationRun): Promise<void> => run.untilGivenUp(new Promise(() => {}));
