// A thousand idle keep-alive connections: what they take, and whether others still get answers as fast.
import { Agent, get } from 'node:http';

import { type Bench, loadCore, serverCore } from '../bench.ts';
import { prepareState } from '../request.ts';
import { workloads } from '../workloads.ts';
import { runWrk } from '../wrk.ts';
import { firstLines } from './load.ts';
import { settledMb } from './memory.ts';

const section = 'connections';
const connectionCount = 1000;

export async function measureConnections(bench: Bench): Promise<void> {
  for (const subject of bench.subjects(section, ['tspin/rust'])) {
    const server = await bench.start(await bench.launch(subject), serverCore);
    const agent = new Agent({ keepAlive: true, maxSockets: connectionCount, maxFreeSockets: connectionCount });
    try {
      await measure(bench, subject.id, { server, agent });
    } catch (error) {
      bench.recorder.miss(section, subject.id, firstLines(error));
    } finally {
      agent.destroy();
      await server.stop();
    }
    bench.recorder.print(section, subject.id);
  }
}

interface Parts {
  readonly server: Awaited<ReturnType<Bench['start']>>;
  readonly agent: Agent;
}

async function measure(bench: Bench, subject: string, { server, agent }: Parts): Promise<void> {
  const { recorder, options } = bench;
  const { url } = server;
  const workload = workloads.find(({ id }) => id === 'kv-get')!; // It is one of the constant list.
  await prepareState(url, workload);
  const run = { url, load: workload.load, seconds: options.seconds, core: loadCore };
  await runWrk({ ...run, token: bench.token() });
  const before = await settledMb(server);
  for (let round = 1; round <= options.rounds; round += 1) {
    const { requestsPerSecond } = await runWrk({ ...run, token: bench.token() });
    recorder.add({ section, subject, metric: 'requests without', unit: '/s' }, requestsPerSecond);
  }
  const count = bench.scaled(connectionCount);
  await Promise.all(Array.from({ length: count }, () => answered(`${url}${workload.load.path}`, agent)));
  for (let round = 1; round <= options.rounds; round += 1) {
    const { requestsPerSecond } = await runWrk({ ...run, token: bench.token() });
    recorder.add({ section, subject, metric: 'requests with', unit: '/s' }, requestsPerSecond);
  }
  recorder.add({ section, subject, metric: 'memory more', unit: 'MB' }, (await settledMb(server)) - before);
  const open = Object.values(agent.freeSockets)
    .flat()
    .filter(socket => socket && !socket.destroyed).length;
  recorder.add({ section, subject, metric: 'still open', unit: `of ${count}` }, open);
}

const answered = (url: string, agent: Agent): Promise<void> =>
  new Promise((resolve, reject) => {
    get(url, { agent }, response => response.resume().once('end', resolve)).once('error', reject);
  });
