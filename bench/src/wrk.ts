// Runs wrk on the load generator's core, and reads the line that wrk/load.lua prints at its end.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface Load {
  readonly kind: 'get' | 'post' | 'mixed' | 'echo';
  readonly path: string;
  readonly connections: number;
  /** Bytes of each body, for `echo`. */
  readonly bodyBytes?: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
  /** What went wrong, in words; undefined when nothing did. */
  readonly fault: string | undefined;
}

export interface LoadRun {
  readonly url: string;
  readonly load: Load;
  readonly seconds: number;
  /** Part of every value that is written: two runs never write the same. */
  readonly token: string;
  /** The core that wrk is kept on; undefined: any. */
  readonly core: number | undefined;
}

const script = join(import.meta.dirname, '..', 'wrk', 'load.lua');

/** What load.lua prints. Times are in microseconds. */
interface Summary {
  readonly requests: number;
  readonly microseconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly status: number;
  readonly connect: number;
  readonly read: number;
  readonly write: number;
  readonly timeout: number;
}

/** Throws when there is no such line: wrk failed then, and its output says why. */
export function parseWrkOutput(output: string): LoadResult {
  const line = output.split('\n').find(one => one.startsWith('{"requests":'));
  if (line === undefined) throw new Error(`wrk printed no result:\n${output.trim()}`);
  const summary = JSON.parse(line) as Summary;
  const faults = [
    [summary.status, 'answers with a status of 400 or above'],
    [summary.connect, 'connections not made'],
    [summary.read, 'reads failed'],
    [summary.write, 'writes failed'],
    [summary.timeout, 'requests took over 2 s'],
  ] as const;
  const told = faults.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  if (summary.requests === 0) told.unshift('no answers');
  return {
    requests: summary.requests,
    requestsPerSecond: (summary.requests * 1e6) / summary.microseconds,
    p50Us: summary.p50,
    p99Us: summary.p99,
    maxUs: summary.max,
    fault: told.length > 0 ? told.join(', ') : undefined,
  };
}

export function wrkCommand({ url, load, seconds, token, core }: LoadRun): readonly string[] {
  return [
    ...(core === undefined ? [] : ['taskset', '-c', String(core)]),
    'wrk',
    '-t1',
    `-c${load.connections}`,
    `-d${seconds}s`,
    '-s',
    script,
    `${url}${load.path}`,
    '--',
    load.kind,
    String(load.bodyBytes ?? 0),
    token,
  ];
}

export async function runWrk(run: LoadRun): Promise<LoadResult> {
  const [program, ...words] = wrkCommand(run);
  const child = spawn(program!, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  });
  return parseWrkOutput(output);
}
