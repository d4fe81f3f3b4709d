// A workload: all its servers started, then measured in turn, round by round; whoever is not measured sleeps.
import { type Bench, loadCore, serverCore, type Subject } from '../bench.ts';
import { checkWrites, prepareState } from '../request.ts';
import type { ServerProcess } from '../server-process.ts';
import type { Workload } from '../workloads.ts';
import { runWrk } from '../wrk.ts';

/** Code is compiled and caches fill in this time, which is not measured. */
const warmUpSeconds = 8;
/** Before each round, not measured: who was asleep for minutes has cold caches, and timers that all come at once. */
const wakeUpSeconds = 1;

interface Runner {
  readonly subject: Subject;
  readonly server: ServerProcess;
}

export async function measureWorkload(bench: Bench, workload: Workload): Promise<void> {
  const runners: Runner[] = [];
  try {
    for (const subject of bench.subjects(workload.id, workload.entrants)) {
      const server = await startServer(bench, workload, subject);
      if (server) runners.push({ subject, server });
    }
    const rounds = bench.options.rounds * (workload.roundsTimes ?? 1);
    for (let round = 1; round <= rounds; round += 1) {
      bench.recorder.talk(`${workload.id}: round ${round} of ${rounds}`);
      for (const runner of runners) await measureRound(bench, workload, runner);
    }
    for (const { subject } of runners) bench.recorder.print(workload.id, subject.id);
  } finally {
    await Promise.all(runners.map(({ server }) => server.stop()));
  }
}

/** The server, warm and asleep; undefined when it does not work, which is recorded. */
async function startServer(bench: Bench, workload: Workload, subject: Subject): Promise<ServerProcess | undefined> {
  bench.recorder.talk(`${workload.id}: starting ${subject.id}`);
  let server: ServerProcess | undefined;
  try {
    const { load } = workload;
    server = await bench.start(await bench.launch(subject, { echo: load.kind === 'echo' }), serverCore);
    await prepareState(server.url, workload);
    if ((load.kind === 'post' || load.kind === 'mixed') && subject.id !== 'ceiling') await checkWrites(server.url);
    const seconds = Math.min(warmUpSeconds, bench.options.seconds * 3);
    await runWrk({ url: server.url, load, seconds, token: bench.token(), core: loadCore });
    server.pause();
    return server;
  } catch (error) {
    await server?.stop();
    bench.recorder.miss(workload.id, subject.id, firstLines(error));
    return undefined;
  }
}

async function measureRound(bench: Bench, { id: section, load }: Workload, { subject, server }: Runner): Promise<void> {
  const { options, recorder } = bench;
  server.resume();
  try {
    const { seconds } = options;
    await runWrk({ url: server.url, load, seconds: wakeUpSeconds, token: bench.token(), core: loadCore });
    const result = await runWrk({ url: server.url, load, seconds, token: bench.token(), core: loadCore });
    if (result.fault !== undefined) return recorder.miss(section, subject.id, `a round had faults: ${result.fault}`);
    const sample = { section, subject: subject.id };
    recorder.add({ ...sample, metric: 'requests', unit: '/s' }, result.requestsPerSecond);
    recorder.add({ ...sample, metric: 'p50', unit: 'us' }, result.p50Us);
    recorder.add({ ...sample, metric: 'p99', unit: 'us' }, result.p99Us);
    recorder.add({ ...sample, metric: 'peak memory', unit: 'MB' }, server.memory().peakMb);
  } catch (error) {
    recorder.miss(section, subject.id, firstLines(error));
  } finally {
    server.pause();
  }
}

/** What fits in a cell of a table. */
export const firstLines = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n').slice(0, 3).join(' ').slice(0, 300);
