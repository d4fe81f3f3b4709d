// A client on a thread of its own, so that what it measures is the server's doing.
import { Agent, request as httpRequest } from 'node:http';
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

export interface LoadOrder {
  readonly url: string;
  readonly connections: number;
  /** In all, those that warm up not counted. */
  readonly requests: number;
}

export interface Measured {
  /** In milliseconds, the shortest first. */
  readonly latencies: readonly number[];
  /** Statuses and how many answers had them. */
  readonly statuses: Readonly<Record<string, number>>;
}

export const percentile = ({ latencies }: Measured, share: number): number =>
  latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? Number.NaN;

/** Sends the requests over so many connections, each waiting for its answer before the next. */
export async function measure(order: LoadOrder): Promise<Measured> {
  const worker = new Worker(new URL(import.meta.url), { workerData: order });
  const [measured] = (await once(worker, 'message')) as [Measured];
  await worker.terminate();
  return measured;
}

async function run({ url, connections, requests }: LoadOrder): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  // The first on each connection also measure how long that takes to open.
  await Promise.all(Array.from({ length: connections }, () => statusOf(url, agent)));
  const latencies: number[] = [];
  const statuses: Record<string, number> = {};
  let left = requests;
  const one = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const began = performance.now();
      const status = await statusOf(url, agent);
      latencies.push(performance.now() - began);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  agent.destroy();
  return { latencies: latencies.toSorted((left, right) => left - right), statuses };
}

function statusOf(url: string, agent: Agent): Promise<string> {
  return new Promise(resolve => {
    const request = httpRequest(url, { agent }, response => {
      response.on('end', () => resolve(String(response.statusCode)));
      response.on('error', () => resolve('cut'));
      response.resume();
    });
    request.on('error', error => resolve('code' in error ? String(error.code) : error.message));
    request.end();
  });
}

if (!isMainThread && parentPort && (workerData as LoadOrder | undefined)?.connections) {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it is a port between threads
  parentPort.postMessage(await run(workerData as LoadOrder));
}
