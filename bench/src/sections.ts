// The order of a run.
import type { Bench } from './bench.ts';
import { measureAllCores } from './sections/all-cores.ts';
import { measureChained } from './sections/chained.ts';
import { measureConnections } from './sections/connections.ts';
import { measureFsyncs } from './sections/fsync.ts';
import { measureWorkload } from './sections/load.ts';
import { measureMemory } from './sections/memory.ts';
import { measureMicro } from './sections/micro.ts';
import { measureStarts } from './sections/starts.ts';
import { measureWatch } from './sections/watch.ts';
import { workloads } from './workloads.ts';

export interface Section {
  readonly id: string;
  readonly measure: (bench: Bench) => Promise<void>;
}

export const sections: readonly Section[] = [
  ...workloads.map((workload): Section => ({ id: workload.id, measure: bench => measureWorkload(bench, workload) })),
  { id: 'chained', measure: measureChained },
  { id: 'starts', measure: measureStarts },
  { id: 'memory', measure: measureMemory },
  { id: 'connections', measure: measureConnections },
  { id: 'fsync', measure: measureFsyncs },
  { id: 'all-cores', measure: measureAllCores },
  { id: 'watch', measure: measureWatch },
  { id: 'micro', measure: measureMicro },
];
