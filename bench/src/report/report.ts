// Results to docs/performance.md. Every number comes from the results; nothing is written by hand.
import type { Results } from '../measurement.ts';
import { isReached, targets, voidReason, type Target } from '../targets.ts';
import { spreadOf } from '../statistics.ts';
import { workloads } from '../workloads.ts';
import { formatNumber, formatSpread, markdownTable } from './format.ts';
import { loadTable } from './load-table.ts';
import { subjectTitle } from './subject-title.ts';

/** A report with this in it is of a run that does not count. */
export const voidMark = 'This run is void';

export function writeReport(results: Results): string {
  const reason = voidReason(results);
  const blocks = [
    '# Performance',
    ...(reason === undefined
      ? []
      : [`**${voidMark}: ${reason}.** Its ratios are those of a busy machine, where everything waits for everything.`]),
    `Written by \`${results.command}\` on ${results.date.slice(0, 10)}; [bench/](../bench/README.md) says how. Numbers are medians of ` +
      `${results.rounds} interleaved rounds of ${results.seconds} s, lowest and highest round in parentheses. One server at a time ` +
      'runs, on core 0; `wrk` runs on core 1. The ceiling is a bare node:http server that answers with the same bytes.',
    '## Machine and versions',
    machineTable(results),
    '## Targets',
    targetTable(results),
    ...workloads.flatMap(workload => {
      const table = loadTable(results, workload.id);
      return table === undefined ? [] : [`## ${workload.title}`, workload.about, table];
    }),
    ...sectionBlocks(results),
    ...missingBlock(results),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function machineTable({ machine, versions }: Results): string {
  const { p50, p99 } = machine.fsyncUs;
  return markdownTable(
    ['what', 'found'],
    [
      ['processor', `${machine.processor}, ${machine.cores} cores`],
      ['memory', `${formatNumber(machine.memoryGb)} GiB`],
      ['system', `${machine.system}, Linux ${machine.kernel}`],
      ['file system', machine.fileSystem],
      ['write of 4 KB and fdatasync', `p50 ${formatNumber(p50)} us, p99 ${formatNumber(p99)} us`],
      ...Object.entries(versions).map(([name, version]) => [name, version]),
    ],
  );
}

function boundText({ bound, unit = '' }: Target): string {
  const value = (number: number): string => `${number}${unit === '' ? '' : ` ${unit}`}`;
  if ('atLeast' in bound) return `at least ${value(bound.atLeast)}`;
  return 'atMost' in bound ? `at most ${value(bound.atMost)}` : `under ${value(bound.below)}`;
}

function targetTable(results: Results): string {
  const rows = targets.map(target => {
    const found = target.measure(results);
    if (found === undefined) return [target.title, boundText(target), '', 'not measured'];
    const told = `${formatNumber(found)}${target.unit === undefined ? '' : ` ${target.unit}`}`;
    return [target.title, boundText(target), told, isReached(target, found) ? 'reached' : '**not reached**'];
  });
  return markdownTable(['target', 'bound', 'measured', ''], rows);
}

/** Sections beside the workloads, in their order, with what a reader must know of them. */
const sections: readonly (readonly [id: string, title: string, about: string])[] = [
  [
    'starts',
    'Start',
    'From the start of the process to the end of its first answer with 200 (GET of a stored value), on all cores; cold: with an empty cache. ' +
      '`node -e 0` is timed from its start to its end, beside them.',
  ],
  [
    'chained',
    'Service chaining',
    'A guest that asks its neighbour by `http://neighbour.spin.internal`, and each of the two alone: by one connection (p50), and the time ' +
      "of the server's core that a request takes under 64 connections.",
  ],
  [
    'memory',
    'Memory',
    'Resident memory of one server with one worker: before the first request, and after so many key-value GETs.',
  ],
  [
    'connections',
    'Idle connections',
    'Key-value GET by 64 connections, without and with 1,000 idle keep-alive connections beside them.',
  ],
  [
    'fsync',
    'Writes per fsync',
    'Key-value POSTs by 64 connections, fsync and fdatasync counted by `strace` (which slows the writes).',
  ],
  ['all-cores', 'All cores', 'As many workers as cores, which they share with the load generator; 64 connections.'],
  [
    'watch',
    'Save to first answer',
    'Under `tspin watch`, on all cores: from the save of a source to the first answer of new code, and how much of it the build commands ' +
      'take. What TypeScript takes is `npm install`, esbuild and componentizing a JavaScript engine with the code; to get below a second the ' +
      'engine has to be componentized once and given the bundle when an instance is made.',
  ],
  ['micro', 'Micro-benchmarks', 'By the programs in `bench/micro/`.'],
];

function sectionBlocks(results: Results): readonly string[] {
  return sections.flatMap(([id, title, about]) => {
    const rows = results.measurements
      .filter(({ section, values }) => section === id && values.length > 0)
      .map(({ subject, metric, unit, values }) => [
        id === 'micro' ? subject : `${subjectTitle(subject)}: ${metric}`,
        formatSpread(spreadOf(values), unit),
      ]);
    return rows.length === 0 ? [] : [`## ${title}`, about, markdownTable(['what', 'measured'], rows)];
  });
}

function missingBlock({ missing }: Results): readonly string[] {
  if (missing.length === 0) return [];
  const rows = missing.map(({ section, subject, reason }) => [section, subject, reason.replaceAll('|', '\\|')]);
  return ['## Not measured', markdownTable(['section', 'what', 'why'], rows)];
}
