// How a component's instances are made, kept and limited. Plain data.
import { totalmem } from 'node:os';
import type { Bindings } from '../wasm/transpile-job.ts';

export interface InstanceOptions {
  /** `fast`: tspin's own where it understands the component; `plain`: jco's. */
  readonly bindings: Bindings;
  /** `recycled`: an instance is put back after each invocation, where it is fit for it; `fresh`: it is thrown away. */
  readonly instances: 'recycled' | 'fresh';
  /**
   * Ids of components whose instances are put back although they ask for random numbers or the time while they are
   * instantiated, and so make the same of them in every invocation.
   */
  readonly recycleSeeded: readonly string[];
  /** How long an invocation may take, in milliseconds; undefined for as long as it likes, as in Spin. */
  readonly requestTimeoutMs?: number | undefined;
  /** What each memory of an instance may grow to, in bytes. */
  readonly memoryBytesMax: number;
  /** What the memories of all instances with fast bindings may take together, in bytes. */
  readonly memoryTotalBytesMax: number;
  /** Instances of one component that may be at work at once; later requests wait. */
  readonly instancesMax: number;
  /** Of all components together, in one thread; at least `instancesMax`. */
  readonly instancesTotalMax: number;
  /** How long an instance may be idle before it is let go, in milliseconds; one always stays. */
  readonly idleMs: number;
  /** How instances of WASI 0.3 components serve again without being put back; undefined for not at all. */
  readonly reuse?: Reuse | undefined;
}

/** Drawn anew for each instance: from the first number on, and below the second (spin-behaviour 2.5). */
export type Range = readonly [number, number];

/** An instance that is reused remembers what earlier invocations did: Spin's default for WASI 0.3, the user's choice here. */
export interface Reuse {
  /** How many invocations an instance serves in all. */
  readonly count: Range;
  /** How many of them at once. */
  readonly concurrent: Range;
  /** How long an instance may be idle before it is let go, in milliseconds. */
  readonly idleMs: Range;
}

export const defaultInstanceOptions: InstanceOptions = {
  bindings: 'fast',
  instances: 'recycled',
  recycleSeeded: [],
  // Above 2 GiB jco's bindings fail; what a guest needs more than half of that for is better found out early.
  memoryBytesMax: 2 ** 30,
  // The rest is for the host, and for what is collected only later.
  memoryTotalBytesMax: Math.floor(machineBytes() * 0.75),
  // Spin's own (SPIN_MAX_INSTANCE_COUNT).
  instancesMax: 1000,
  // So that one component whose guests wait for something does not hold up the others. V8 ends the process at about 32,000
  // suspended guests and makes no more than 16,366 memories; each instance has two or more, and so many take 26,000 mappings
  // of the 65,530 that Linux gives a process. A process with several threads of guests has to divide it among them.
  instancesTotalMax: 4000,
  idleMs: 10_000,
};

/** What this process may have, in bytes: the machine's memory, or the container's. */
function machineBytes(): number {
  const container = process.constrainedMemory();
  return container > 0 ? Math.min(totalmem(), container) : totalmem();
}
