// How long it takes to the first answer: with an empty cache, with a filled one, and beside a Node that does nothing.
import { spawn } from 'node:child_process';
import { get } from 'node:http';
import { join } from 'node:path';

import type { Bench, Subject } from '../bench.ts';
import { firstLines } from './load.ts';

const section = 'starts';
const entrants = ['tspin/rust', 'tspin/rust7', 'tspin/js', 'tspin/go', 'tspin/python', 'tspin/c'] as const;
/** A warm start takes some 100 ms: it is repeated more often than a load. */
const warmStartsPerRound = 3;

export async function measureStarts(bench: Bench): Promise<void> {
  const { options, recorder } = bench;
  const states = new Map<Subject, string>();
  for (const subject of bench.subjects(section, entrants)) {
    const state = bench.folder();
    try {
      // Fills the cache that warm starts use, and the store that all starts read.
      await firstAnswer(bench, subject, { state, cache: bench.cache, writes: true });
      states.set(subject, state);
    } catch (error) {
      recorder.miss(section, subject.id, firstLines(error));
    }
  }
  for (let round = 1; round <= options.rounds; round += 1) {
    recorder.talk(`${section}: round ${round} of ${options.rounds}`);
    for (let repeat = 0; repeat < warmStartsPerRound; repeat += 1) {
      recorder.add({ section, subject: 'node -e 0', metric: 'start and end', unit: 'ms' }, await bareNode());
      for (const [subject, state] of states) {
        const ms = await firstAnswer(bench, subject, { state, cache: bench.cache });
        recorder.add({ section, subject: subject.id, metric: 'warm start', unit: 'ms' }, ms);
      }
    }
    for (const [subject, state] of states) {
      const ms = await firstAnswer(bench, subject, { state, cache: join(bench.folder(), 'cache') });
      recorder.add({ section, subject: subject.id, metric: 'cold start', unit: 'ms' }, ms);
    }
  }
  recorder.print(section, 'node -e 0');
  for (const subject of states.keys()) recorder.print(section, subject.id);
}

async function bareNode(): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  await new Promise(resolve => child.once('exit', resolve));
  return performance.now() - began;
}

interface Place {
  readonly state: string;
  readonly cache: string;
  /** It writes the pair that the first GET finds, before it serves. */
  readonly writes?: boolean;
}

/** Milliseconds from the start of the process to the end of its first answer with 200. */
async function firstAnswer(bench: Bench, subject: Subject, { writes = false, ...place }: Place): Promise<number> {
  const launch = await bench.launch(subject, place);
  const command = writes ? [...launch.command, '--key-value', '/greeting=hello'] : launch.command;
  const began = performance.now();
  const server = await bench.start({ ...launch, command }, undefined);
  try {
    const status = await statusOf(`${server.url}/greeting`);
    const ms = performance.now() - began;
    if (status !== 200) throw new Error(`the first answer has status ${status}`);
    return ms;
  } finally {
    await server.stop();
  }
}

const statusOf = (url: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get(url, { agent: false }, response => response.resume().once('end', () => resolve(response.statusCode))).once(
      'error',
      reject,
    );
  });
