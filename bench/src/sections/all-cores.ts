// As many workers as there are cores, which they share with the load generator.
import type { Bench } from '../bench.ts';
import { prepareState } from '../request.ts';
import { workloads } from '../workloads.ts';
import { runWrk } from '../wrk.ts';
import { firstLines } from './load.ts';

const section = 'all-cores';
const runs = [
  ['hello', 'tspin/hello'],
  ['kv-get', 'tspin/rust'],
  ['kv-get', 'tspin/rust7'],
  ['kv-post', 'tspin/rust'],
] as const;

export async function measureAllCores(bench: Bench): Promise<void> {
  const { recorder, options } = bench;
  for (const [id, entrant] of runs) {
    const workload = workloads.find(one => one.id === id)!; // They are of the constant list.
    for (const subject of bench.subjects(section, [entrant])) {
      if (!bench.tspin.help.includes('--workers')) {
        recorder.miss(section, subject.id, 'this version has no --workers');
        continue;
      }
      const server = await bench.start(await bench.launch(subject, { workers: 'all' }), undefined);
      try {
        await prepareState(server.url, workload);
        const run = { url: server.url, load: workload.load, seconds: options.seconds, core: undefined };
        await runWrk({ ...run, token: bench.token() });
        for (let round = 1; round <= options.rounds; round += 1) {
          const { requestsPerSecond, fault } = await runWrk({ ...run, token: bench.token() });
          if (fault !== undefined) throw new Error(fault);
          recorder.add({ section, subject: subject.id, metric: id, unit: '/s' }, requestsPerSecond);
        }
      } catch (error) {
        recorder.miss(section, subject.id, firstLines(error));
      } finally {
        await server.stop();
      }
    }
  }
  for (const subject of new Set(runs.map(([, entrant]) => entrant))) recorder.print(section, subject);
}
