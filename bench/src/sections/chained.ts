// A guest that asks another of its app, beside each of the two alone: what a chained request costs.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Bench, loadCore, serverCore } from '../bench.ts';
import { type Load, runWrk } from '../wrk.ts';
import { firstLines } from './load.ts';

const section = 'chained';

/** The caller asks its neighbour; the caller alone, which lists the request's headers; the neighbour alone. */
const paths = {
  chained: '/get?url=http://neighbour.spin.internal/hello',
  caller: '/headers',
  neighbour: '/hello',
} as const;
type Path = keyof typeof paths;
const names = Object.keys(paths) as readonly Path[];

const warmUpSeconds = 5;

export async function measureChained(bench: Bench): Promise<void> {
  const [caller] = bench.subjects(section, ['tspin/proxy']);
  const [neighbour] = bench.subjects(section, ['tspin/hello']);
  if (caller?.wasm === undefined || neighbour?.wasm === undefined) return;
  const state = bench.folder();
  const launch = await bench.launch(caller, { state });
  writeFileSync(join(state, 'spin.toml'), manifestOf(caller.wasm, neighbour.wasm));
  const server = await bench.start(launch, serverCore);
  try {
    for (const connections of [1, 64]) await measure(bench, server.url, connections);
  } catch (error) {
    bench.recorder.miss(section, caller.id, firstLines(error));
  } finally {
    await server.stop();
  }
  bench.recorder.print(section, caller.id);
}

/** The three in turn, round by round, so that what disturbs the machine disturbs all of them. */
async function measure(bench: Bench, url: string, connections: number): Promise<void> {
  const { options, recorder } = bench;
  const load = (path: Path): Load => ({ kind: 'get', path: paths[path], connections });
  const ask = (path: Path, seconds: number) => runWrk({ url, load: load(path), seconds, token: bench.token(), core: loadCore });
  for (const path of names) await ask(path, Math.min(warmUpSeconds, options.seconds));
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const path of names) {
      const { p50Us, requestsPerSecond, fault } = await ask(path, options.seconds);
      if (fault !== undefined) throw new Error(`${path}: ${fault}`);
      const [metric, value] =
        connections === 1 ? [`${path}, p50`, p50Us] : [`${path}, core time a request`, 1e6 / requestsPerSecond];
      recorder.add({ section, subject: 'tspin/proxy', metric, unit: 'us' }, value);
    }
  }
}

const manifestOf = (caller: string, neighbour: string): string => `spin_manifest_version = 2

[application]
name = "chained"

[[trigger.http]]
route = "/get"
component = "caller"

[[trigger.http]]
route = "/headers"
component = "caller"

[[trigger.http]]
route = "/hello"
component = "neighbour"

[component.caller]
source = ${JSON.stringify(caller)}
allowed_outbound_hosts = ["http://*.spin.internal"]

[component.neighbour]
source = ${JSON.stringify(neighbour)}
`;
