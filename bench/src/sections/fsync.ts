// How many writes share one fsync: strace counts the calls while POSTs come. Slower than without it, so nothing else is read here.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Bench, loadCore, serverCore } from '../bench.ts';
import { programVersion } from '../contenders.ts';
import { prepareState } from '../request.ts';
import { workloads } from '../workloads.ts';
import { runWrk } from '../wrk.ts';
import { firstLines } from './load.ts';

const section = 'fsync';

export async function measureFsyncs(bench: Bench): Promise<void> {
  const { recorder } = bench;
  const strace = programVersion('strace', '-V', /strace -- version (\S+)/);
  for (const subject of bench.subjects(section, ['tspin/rust', 'tspin/rust7'])) {
    if (strace === undefined) recorder.miss(section, subject.id, 'strace is not installed: apt-get install strace');
    else {
      try {
        for (let round = 1; round <= bench.options.rounds; round += 1) {
          recorder.add({ section, subject: subject.id, metric: 'sets per fsync', unit: '' }, await setsPerFsync(bench, subject));
        }
      } catch (error) {
        recorder.miss(section, subject.id, firstLines(error));
      }
      recorder.print(section, subject.id);
    }
  }
}

async function setsPerFsync(bench: Bench, subject: Parameters<Bench['launch']>[0]): Promise<number> {
  const workload = workloads.find(({ id }) => id === 'kv-post')!; // It is one of the constant list.
  const launch = await bench.launch(subject);
  const trace = join(bench.folder(), 'trace');
  // -ttt: the time of each call, in seconds since 1970, as the first number after the thread's.
  const words = ['strace', '-f', '--seccomp-bpf', '-qq', '-ttt', '-e', 'trace=fsync,fdatasync', '-e', 'signal=none', '-o', trace];
  const server = await bench.start({ ...launch, command: [...words, ...launch.command] }, serverCore);
  let sets: number;
  let began: number;
  let ended: number;
  try {
    await prepareState(server.url, workload);
    began = Date.now() / 1000;
    const { seconds } = bench.options;
    const result = await runWrk({ url: server.url, load: workload.load, seconds, token: bench.token(), core: loadCore });
    ended = Date.now() / 1000;
    if (result.fault !== undefined) throw new Error(result.fault);
    sets = result.requests;
  } finally {
    await server.stop();
  }
  return sets / countFsyncs(readFileSync(trace, 'utf8'), began, ended);
}

/** Calls that began within the seconds. A call that another thread interrupts has a second line, "resumed", which does not count. */
export function countFsyncs(trace: string, began: number, ended: number): number {
  const times = [...trace.matchAll(/^\d+ +(\d+\.\d+) (?:fsync|fdatasync)\(/gm)].map(([, time]) => Number(time));
  return times.filter(time => time >= began && time <= ended).length;
}
