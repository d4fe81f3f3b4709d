// A thread of an SQL process that ends the process when nobody is there for its statement any more, or it takes too much memory:
// nothing else can end a statement that runs.
import { workerData } from 'node:worker_threads';
import { memoryBytesMax, memorySignal } from './process-memory.ts';

const lookMs = 500;

const parent: unknown = workerData;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  if (process.memoryUsage.rss() > memoryBytesMax) process.kill(process.pid, memorySignal);
}, lookMs);
