// What the run is measured on: machine, file system, versions of the programs.
import { execFileSync } from 'node:child_process';
import { closeSync, fdatasyncSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';

import { contenders, programVersion } from './contenders.ts';
import { repository } from './guests.ts';
import type { Machine } from './measurement.ts';
import type { PackageUnderTest } from './package-under-test.ts';

const fsyncCount = 300;
const pageBytes = 4096;

/** `work`: the folder whose file system is told and timed. */
export function describeMachine(work: string): Machine {
  const [first] = cpus();
  return {
    processor: first?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: totalmem() / 2 ** 30,
    kernel: release(),
    system: /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown',
    fileSystem: execFileSync('stat', ['-f', '-c', '%T', work], { encoding: 'utf8' }).trim(),
    fsyncUs: timeFsyncs(work),
  };
}

function timeFsyncs(work: string): Machine['fsyncUs'] {
  mkdirSync(work, { recursive: true });
  const path = join(work, 'fsync-probe');
  const file = openSync(path, 'w');
  const page = Buffer.alloc(pageBytes, 1);
  const times: number[] = [];
  try {
    for (let count = 0; count < fsyncCount; count += 1) {
      const began = performance.now();
      writeSync(file, page);
      fdatasyncSync(file);
      times.push((performance.now() - began) * 1000);
    }
  } finally {
    closeSync(file);
    rmSync(path);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

export function listVersions(tspin: PackageUnderTest): Readonly<Record<string, string>> {
  const git = (...words: readonly string[]): string =>
    execFileSync('git', ['-C', repository, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  const dirty = git('status', '--porcelain') === '' ? '' : ' with changes not committed';
  const rivals = contenders.flatMap(contender =>
    contender.version && contender.missing(tspin) === undefined ? [[contender.title, contender.version()] as const] : [],
  );
  return {
    tspin: `${tspin.version.replace(/^tspin /, '')}, commit ${git('rev-parse', '--short', 'HEAD')}${dirty}`,
    'Node (tspin, the ceiling, jco, wrangler, Miniflare)': process.version,
    ...Object.fromEntries(rivals),
    wrk: programVersion('wrk', '-v', /wrk (\S+)/) ?? 'none',
    strace: programVersion('strace', '-V', /strace -- version (\S+)/) ?? 'none',
  };
}
