// Resident memory: idle, and after many requests.
import { setTimeout as delay } from 'node:timers/promises';

import { type Bench, loadCore, serverCore, type Subject } from '../bench.ts';
import { prepareState } from '../request.ts';
import type { ServerProcess } from '../server-process.ts';
import { medianOf } from '../statistics.ts';
import { workloads } from '../workloads.ts';
import { runWrk } from '../wrk.ts';
import { firstLines } from './load.ts';

const section = 'memory';
const entrants = ['tspin/rust', 'tspin/rust7', 'tspin/js'] as const;
/** How many requests have been answered when memory is read. */
const readings = [10_000, 100_000, 500_000] as const;
const settleMs = 1000;
const looks = 5;
const lookMs = 200;
const runSecondsMax = 10;

export async function measureMemory(bench: Bench): Promise<void> {
  for (const subject of bench.subjects(section, entrants)) {
    try {
      await measureSubject(bench, subject);
    } catch (error) {
      bench.recorder.miss(section, subject.id, firstLines(error));
    }
    bench.recorder.print(section, subject.id);
  }
}

async function measureSubject(bench: Bench, subject: Subject): Promise<void> {
  const { recorder } = bench;
  const workload = workloads.find(({ id }) => id === 'kv-get')!; // It is one of the constant list.
  const server = await bench.start(await bench.launch(subject), serverCore);
  try {
    const add = async (metric: string): Promise<void> =>
      recorder.add({ section, subject: subject.id, metric, unit: 'MB' }, await settledMb(server));
    await add('idle');
    await prepareState(server.url, workload);
    let answered = 0;
    // A guest in JavaScript answers a tenth as many in the same time.
    const counts = subject.guest?.id === 'js' ? readings.slice(0, 2) : readings;
    for (const count of counts) {
      recorder.talk(`${section}: ${subject.id} until ${bench.scaled(count)} requests`);
      answered += await loadUntil(bench, server, bench.scaled(count) - answered);
      await add(`after ${count.toLocaleString('en-US')}`);
    }
    recorder.add({ section, subject: subject.id, metric: 'peak', unit: 'MB' }, server.memory().peakMb);
  } finally {
    await server.stop();
  }
}

/** At least so many requests, in runs of a few seconds: wrk sleeps for all of its time, also when it has sent enough. */
async function loadUntil(bench: Bench, server: ServerProcess, requests: number): Promise<number> {
  const { load } = workloads.find(({ id }) => id === 'kv-get')!; // It is one of the constant list.
  let answered = 0;
  let perSecond = requests;
  while (answered < requests) {
    const seconds = Math.min(runSecondsMax, Math.max(1, Math.round((requests - answered) / perSecond)));
    const result = await runWrk({ url: server.url, load, seconds, token: bench.token(), core: loadCore });
    if (result.fault !== undefined) throw new Error(result.fault);
    answered += result.requests;
    perSecond = result.requestsPerSecond;
  }
  return answered;
}

/** The middle of several looks: a collection of garbage may come between any two. */
export async function settledMb(server: ServerProcess): Promise<number> {
  await delay(settleMs);
  const values: number[] = [];
  for (let look = 0; look < looks; look += 1) {
    values.push(server.memory().residentMb);
    await delay(lookMs);
  }
  return medianOf(values);
}
