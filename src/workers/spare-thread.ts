// A worker's thread that has no app yet. A process that will serve starts one before all else, and the thread loads its code while
// the rest of the process loads its own and reads the app. It knows nothing of what it will serve, so that loading this is quick.
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { environmentWithCompileCache } from '../util/compile-cache.ts';

export interface SpareThread {
  readonly worker: Worker;
  /** Resolves when the thread is gone. */
  readonly ended: Promise<ThreadEnd>;
}

export interface ThreadEnd {
  readonly code: number;
  /** What it threw. */
  readonly error: unknown;
}

/**
 * What a request leaves behind is dead when it is over. By itself V8 lets such garbage grow to 45 MB over the first 80,000 requests,
 * for no more throughput; with this a worker's memory stays what it is after 10,000.
 */
const maxYoungGenerationSizeMb = 12;

export function startThread(name: string): SpareThread {
  // Beside this file, with its extension: src/*.ts when run from sources, dist/*.cjs when installed.
  const script = new URL(`./worker-thread${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(script, {
    name,
    execArgv: [],
    env: environmentWithCompileCache(),
    resourceLimits: { maxYoungGenerationSizeMb },
  });
  const ended = Promise.withResolvers<ThreadEnd>();
  let thrown: unknown;
  worker.on('error', error => void (thrown ??= error));
  worker.on('exit', code => ended.resolve({ code, error: thrown }));
  return { worker, ended: ended.promise };
}
