// What is compared, as data: how each contender is started, and why it may not be there.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { PackageUnderTest } from './package-under-test.ts';
import type { Launch } from './server-process.ts';

const folder = join(import.meta.dirname, '..');
const modules = join(folder, 'node_modules');
const servers = join(folder, 'servers');

/** What a contender is started for. */
export interface Job {
  /** The component that it runs, if it runs one. */
  readonly wasm: string | undefined;
  /** A folder of its own, empty but for `spin.toml` where it runs a component. */
  readonly state: string;
  /** A free port, for those that cannot take one themselves and say which. */
  readonly port: number;
  /** The ceiling answers with the request's body. */
  readonly echo: boolean;
  /** tspin keeps prepared components here. */
  readonly cache: string;
  readonly workers: 'one' | 'all';
  /** Go seeds itself when it is instantiated: recycling it is the user's choice. */
  readonly optsIn: boolean;
}

export interface Contender {
  readonly id: string;
  readonly title: string;
  /** It runs a guest of ours. */
  readonly runsGuest: boolean;
  /** Why it cannot take part; undefined when it can. */
  missing(tspin: PackageUnderTest): string | undefined;
  launch(job: Job, tspin: PackageUnderTest): Launch;
  /** Its name and version, for those that are not tspin. */
  version?(): string;
}

interface TspinVariant {
  readonly id: string;
  readonly title: string;
  readonly flags: readonly string[];
  readonly launcher?: (tspin: PackageUnderTest) => string | undefined;
  readonly missing?: (tspin: PackageUnderTest) => string | undefined;
}

/** Above this an instance is replaced all the same; high enough that replacing costs nothing. */
const reuseCount = '1000000';

const tspinVariants: readonly TspinVariant[] = [
  { id: 'tspin', title: 'tspin (recycled)', flags: [] },
  { id: 'tspin-reused', title: 'tspin, instances reused', flags: ['--max-instance-reuse-count', reuseCount] },
  { id: 'tspin-fresh', title: 'tspin, fresh instances', flags: ['--instances', 'fresh'] },
  { id: 'tspin-plain', title: 'tspin, plain bindings', flags: ['--bindings', 'plain'] },
  {
    id: 'tspin-unchecked',
    title: 'tspin without preemption checks',
    flags: [],
    launcher: ({ unchecked }) => ('launcher' in unchecked ? unchecked.launcher : undefined),
    missing: ({ unchecked }) => ('reason' in unchecked ? unchecked.reason : undefined),
  },
];

function tspinContender({ id, title, flags, launcher, missing }: TspinVariant): Contender {
  return {
    id,
    title,
    runsGuest: true,
    missing(tspin) {
      const absent = flags.find(flag => flag.startsWith('--') && !tspin.help.includes(flag));
      return absent === undefined ? missing?.(tspin) : `this version has no ${absent}`;
    },
    launch: (job, tspin) => ({
      command: [process.execPath, launcher?.(tspin) ?? tspin.launcher, ...upWords(job, tspin), ...flags],
      // A cache of its own: components are instrumented in another way without checks.
      env: { TSPIN_CACHE_DIR: id === 'tspin-unchecked' ? `${job.cache}-unchecked` : job.cache },
    }),
  };
}

function upWords({ state, workers, optsIn }: Job, { help }: PackageUnderTest): readonly string[] {
  return [
    'up',
    '-f',
    state,
    '--listen',
    '127.0.0.1:0',
    '--state-dir',
    join(state, 'state'),
    '--quiet',
    '--log-dir',
    join(state, 'logs'),
    ...(workers === 'one' && help.includes('--workers') ? ['--workers', '1'] : []),
    ...(optsIn && help.includes('--recycle-seeded') ? ['--recycle-seeded', 'guest'] : []),
  ];
}

interface Rival {
  readonly id: string;
  readonly title: string;
  /** The package that it comes in, and its program inside. */
  readonly package: string;
  readonly program: string;
  /** The versions that are told are those of this package; by default of `package`. */
  readonly named?: string;
  readonly runsGuest?: boolean;
  readonly launch: (job: Job, program: string) => Launch;
}

const rivals: readonly Rival[] = [
  {
    id: 'jco',
    title: 'jco serve',
    package: '@bytecodealliance/jco',
    program: 'dist/jco.js',
    runsGuest: true,
    launch: ({ wasm, port, state }, program) => ({
      command: [
        process.execPath,
        program,
        'serve',
        '--port',
        String(port),
        '--host',
        '127.0.0.1',
        '--jco-dir',
        join(state, 'jco'),
        wasm!,
      ],
      answersAt: `http://127.0.0.1:${port}/hello`,
    }),
  },
  {
    id: 'wrangler',
    title: 'wrangler dev',
    package: 'wrangler',
    program: 'bin/wrangler.js',
    launch: ({ port, state }, program) => ({
      command: [
        process.execPath,
        program,
        'dev',
        '--config',
        join(servers, 'wrangler.json'),
        '--ip',
        '127.0.0.1',
        '--port',
        String(port),
        '--inspector-port',
        '0',
        '--persist-to',
        state,
        '--log-level',
        'error',
        '--show-interactive-dev-session=false',
      ],
      env: { CI: '1', WRANGLER_SEND_METRICS: 'false', WRANGLER_LOG_PATH: join(state, 'log') },
      answersAt: `http://127.0.0.1:${port}/hello`,
    }),
  },
  {
    id: 'miniflare',
    title: 'Miniflare',
    package: 'miniflare',
    program: 'package.json',
    launch: ({ port, state }) => ({
      command: [process.execPath, join(servers, 'miniflare.mjs'), String(port), state],
    }),
  },
  {
    id: 'deno',
    title: 'Deno',
    package: '@deno/linux-x64-glibc',
    program: 'deno',
    named: 'deno',
    launch: ({ state }, program) => ({
      command: [program, 'run', '--no-config', '--unstable-kv', '-A', join(servers, 'deno.mjs'), '0', state],
      env: { DENO_NO_UPDATE_CHECK: '1', DENO_DIR: join(state, 'deno') },
    }),
  },
  {
    id: 'bun',
    title: 'Bun',
    package: '@oven/bun-linux-x64',
    program: 'bin/bun',
    named: 'bun',
    launch: ({ state }, program) => ({ command: [program, join(servers, 'bun.mjs'), '0', state] }),
  },
];

function rivalContender({ id, title, package: name, program, named, runsGuest = false, launch }: Rival): Contender {
  const path = join(modules, name, program);
  return {
    id,
    title,
    runsGuest,
    missing: () => (existsSync(path) ? undefined : `${name} is not installed: npm ci --ignore-scripts --prefix bench`),
    launch: job => launch(job, path),
    version: () => versionOf(named ?? name),
  };
}

function versionOf(name: string): string {
  const text = readFileSync(join(modules, name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

const ceiling: Contender = {
  id: 'ceiling',
  title: 'ceiling (bare node:http)',
  runsGuest: false,
  missing: () => undefined,
  launch: ({ echo }) => ({
    command: [process.execPath, join(servers, 'ceiling.mjs'), '0', echo ? 'echo' : 'fixed'],
  }),
};

export const contenders: readonly Contender[] = [ceiling, ...tspinVariants.map(tspinContender), ...rivals.map(rivalContender)];

/** The version of a program that prints it; undefined when it is not installed. wrk exits with 1 after it. */
export function programVersion(program: string, flag: string, pattern: RegExp): string | undefined {
  let printed: string;
  try {
    printed = execFileSync(program, [flag], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    printed = `${stdout ?? ''}${stderr ?? ''}`;
  }
  return pattern.exec(printed)?.[1];
}
