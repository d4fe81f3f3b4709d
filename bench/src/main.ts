// npm run bench: measures, and writes the report. stdout has results as they come, stderr talk.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Bench } from './bench.ts';
import { programVersion } from './contenders.ts';
import { repository } from './guests.ts';
import { describeMachine, listVersions } from './machine.ts';
import type { Results } from './measurement.ts';
import { helpText, isWhole, type Options, parseOptions, wants } from './options.ts';
import { installPackage } from './package-under-test.ts';
import { Recorder } from './recorder.ts';
import { voidMark, writeReport } from './report/report.ts';
import { sections } from './sections.ts';
import { firstLines } from './sections/load.ts';
import { Servers } from './server-process.ts';
import { voidReason } from './targets.ts';

const work = join(import.meta.dirname, '..', 'work');

/** Resolves to the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options.help) {
    process.stdout.write(helpText);
    return 0;
  }
  if (options.render !== undefined) {
    return publish(JSON.parse(readFileSync(options.render, 'utf8')) as Results, isWhole(options));
  }
  const unknown = options.only?.filter(name => !sections.some(({ id }) => id === name)) ?? [];
  if (unknown.length > 0) throw new Error(`there is no section ${unknown.join(', ')}; --help lists them`);
  requirePrograms();
  mkdirSync(work, { recursive: true });
  const results = await measure(options, args);
  writeFileSync(join(work, 'results.json'), `${JSON.stringify(results, null, 1)}\n`);
  return publish(results, isWhole(options));
}

function requirePrograms(): void {
  if (process.platform !== 'linux') throw new Error('the bench needs Linux: it reads /proc and keeps programs on cores');
  if (programVersion('wrk', '-v', /wrk (\S+)/) === undefined) throw new Error('wrk is not installed: apt-get install wrk');
  if (programVersion('taskset', '-V', /(\S+)$/m) === undefined) {
    throw new Error('taskset is not installed: apt-get install util-linux');
  }
}

async function measure(options: Options, args: readonly string[]): Promise<Results> {
  const recorder = new Recorder();
  const servers = new Servers();
  process.on('exit', () => servers.killAll());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
  const date = new Date().toISOString();
  recorder.talk('packing and installing tspin');
  const tspin = await installPackage(work, options.keepPackage);
  const bench = new Bench({ options, tspin, recorder, servers, work });
  bench.clean();
  for (const { id, measure: run } of sections.filter(section => wants(options.only, section.id))) {
    try {
      await run(bench);
    } catch (error) {
      recorder.miss(id, 'the rest of the section', firstLines(error));
    }
  }
  bench.clean();
  return {
    date,
    command: ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
    rounds: options.rounds,
    seconds: options.seconds,
    machine: describeMachine(work),
    versions: listVersions(tspin),
    measurements: recorder.measurements,
    missing: recorder.missing,
  };
}

/** Writes the report where it belongs; the exit code says whether it counts. */
function publish(results: Results, whole: boolean): number {
  const reason = voidReason(results);
  const published = join(repository, 'docs', 'performance.md');
  // A void run says so on top: what does not hang on a quiet machine is worth reading while there is nothing better.
  const isBest = reason === undefined || !existsSync(published) || readFileSync(published, 'utf8').includes(voidMark);
  const path = whole && isBest ? published : join(work, reason === undefined ? 'performance.md' : 'performance-void.md');
  writeFileSync(path, writeReport(results));
  process.stderr.write(`wrote ${path}\n`);
  if (reason === undefined) return 0;
  process.stderr.write(`error: this run is void: ${reason}\n`);
  return 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
