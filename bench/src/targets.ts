// What the engine is to reach, as data: each target reads one number from the results.
import { findValues, type Results } from './measurement.ts';
import { medianOf, ratios } from './statistics.ts';

/** Below this the machine was busy with something else: ratios to such a ceiling say nothing. */
export const ceilingRequestsMin = 60_000;

export interface Target {
  readonly title: string;
  readonly bound: { readonly atLeast: number } | { readonly atMost: number } | { readonly below: number };
  readonly unit?: string;
  /** Undefined when a part of it was not measured. */
  measure(results: Results): number | undefined;
}

const ceilingOf = (results: Results, section: string): readonly number[] | undefined =>
  findValues(results, section, 'ceiling', 'requests');

/** The middle of the rounds' ratios of two measurements; undefined when either is missing. */
function ratio(values: readonly number[] | undefined, base: readonly number[] | undefined): number | undefined {
  return values && base ? medianOf(ratios(values, base)) : undefined;
}

function median(results: Results, section: string, subject: string, metric: string): number | undefined {
  const values = findValues(results, section, subject, metric);
  return values && medianOf(values);
}

function quotient(above: number | undefined, below: number | undefined): number | undefined {
  return above === undefined || below === undefined ? undefined : above / below;
}

/** Throughput by that of the ceiling on hello, in the same run: the measure of the issue. */
function toCeiling(title: string, section: string, subject: string, atLeast: number): Target {
  return {
    title,
    bound: { atLeast },
    measure: results => ratio(findValues(results, section, subject, 'requests'), ceilingOf(results, 'hello')),
  };
}

const kvGet = (language: string, subject: string, atLeast: number): Target =>
  toCeiling(`${language}, key-value GET, by the ceiling`, 'kv-get', subject, atLeast);

/** Throughput by a rival's on the same workload. */
function above(title: string, section: string, subject: string, rival: string): Target {
  return {
    title,
    bound: { atLeast: 1 },
    unit: 'times',
    measure: results => ratio(findValues(results, section, subject, 'requests'), findValues(results, section, rival, 'requests')),
  };
}

const languages = { rust: 'Rust (0.2)', rust7: 'Rust (0.3)', js: 'JavaScript', go: 'Go', python: 'Python', c: 'C' } as const;
const languageEntries = Object.entries(languages);

const throughput: readonly Target[] = [
  kvGet('Rust (0.2)', 'tspin/rust', 0.25),
  toCeiling('Rust (0.2), hello, by the ceiling', 'hello', 'tspin/hello', 0.3),
  kvGet('Rust (0.3)', 'tspin/rust7', 0.3),
  kvGet('Rust (0.3) reused', 'tspin-reused/rust7', 0.35),
  kvGet('JavaScript', 'tspin/js', 0.03),
  kvGet('Go', 'tspin/go', 0.16),
  kvGet('Python', 'tspin/python', 0.035),
  kvGet('C', 'tspin/c', 0.4),
];

const unfit: readonly Target[] = [
  toCeiling('Unfit guest of the size of Rust, hello, by the ceiling (1,500 of 100,000)', 'hello', 'tspin-fresh/hello', 0.015),
  {
    title: 'Unfit guest, resident memory at its peak',
    bound: { below: 400 },
    unit: 'MB',
    measure: results => median(results, 'hello', 'tspin-fresh/hello', 'peak memory'),
  },
];

const rivals: readonly Target[] = [
  ...['wrangler', 'miniflare'].flatMap(rival =>
    languageEntries
      .filter(([guest]) => guest !== 'python')
      .map(([guest, language]) => above(`${language}, key-value GET, by ${rival}`, 'kv-get', `tspin/${guest}`, rival)),
  ),
  ...['jco/hello', 'wrangler', 'miniflare'].map(rival => above(`Rust (0.2), hello, by ${rival}`, 'hello', 'tspin/hello', rival)),
];

const writes: readonly Target[] = [
  {
    title: 'Rust (0.2), key-value POST by GET',
    bound: { atLeast: 0.5 },
    measure: results =>
      ratio(findValues(results, 'kv-post', 'tspin/rust', 'requests'), findValues(results, 'kv-get', 'tspin/rust', 'requests')),
  },
  {
    title: 'Rust (0.2), sets per fsync',
    bound: { atLeast: 8 },
    measure: results => median(results, 'fsync', 'tspin/rust', 'sets per fsync'),
  },
];

const latency: readonly Target[] = [
  {
    title: 'One connection, Rust (0.2), p50 by the ceiling',
    bound: { atMost: 3 },
    unit: 'times',
    measure: results =>
      ratio(findValues(results, 'latency', 'tspin/rust', 'p50'), findValues(results, 'latency', 'ceiling', 'p50')),
  },
  ...languageEntries.map(([guest, language]): Target => ({
    title: `${language}, key-value GET, p99 by p50`,
    bound: { atMost: 5 },
    unit: 'times',
    measure: results =>
      ratio(findValues(results, 'kv-get', `tspin/${guest}`, 'p99'), findValues(results, 'kv-get', `tspin/${guest}`, 'p50')),
  })),
];

/** A chained request by the sum of its two guests' own. */
const chained: readonly Target[] = ['p50', 'core time a request'].map(metric => ({
  title: `Chained request by the sum of the two guests' own, ${metric}`,
  bound: { below: 1.3 },
  unit: 'times',
  measure: results => {
    const [whole, caller, neighbour] = ['chained', 'caller', 'neighbour'].map(name =>
      median(results, 'chained', 'tspin/proxy', `${name}, ${metric}`),
    );
    return caller === undefined || neighbour === undefined ? undefined : quotient(whole, caller + neighbour);
  },
}));

/** What the checks cost, in percent of the throughput without them. */
function checkCost(results: Results): number | undefined {
  const kept = ratio(
    findValues(results, 'checks', 'tspin/rust', 'requests'),
    findValues(results, 'checks', 'tspin-unchecked/rust', 'requests'),
  );
  return kept === undefined ? undefined : (1 - kept) * 100;
}

const instrumentation: readonly Target[] = [
  { title: 'Preemption checks, Rust (0.2), key-value GET', bound: { below: 3 }, unit: '%', measure: checkCost },
  ...['store loop', 'sha-256'].map((name): Target => ({
    title: `Compute-bound (${name}), by its speed without instrumentation`,
    bound: { atLeast: 0.7 },
    measure: results => median(results, 'micro', `compute ratio, ${name}`, 'value'),
  })),
];

const process: readonly Target[] = [
  {
    title: 'Warm start, Rust (0.2), by `node -e 0`',
    bound: { below: 4 },
    unit: 'times',
    measure: results =>
      quotient(median(results, 'starts', 'tspin/rust', 'warm start'), median(results, 'starts', 'node -e 0', 'start and end')),
  },
  {
    title: 'Idle, Rust (0.2), one worker',
    bound: { below: 120 },
    unit: 'MB',
    measure: results => median(results, 'memory', 'tspin/rust', 'idle'),
  },
  {
    title: 'Growth between 10,000 and 500,000 requests, Rust (0.2)',
    bound: { below: 5 },
    unit: '%',
    measure(results) {
      const grown = quotient(
        median(results, 'memory', 'tspin/rust', 'after 500,000'),
        median(results, 'memory', 'tspin/rust', 'after 10,000'),
      );
      return grown === undefined ? undefined : (grown - 1) * 100;
    },
  },
];

export const targets: readonly Target[] = [
  ...throughput,
  ...unfit,
  ...rivals,
  ...writes,
  ...latency,
  ...chained,
  ...instrumentation,
  ...process,
];

export function isReached({ bound }: Target, value: number): boolean {
  if ('atLeast' in bound) return value >= bound.atLeast;
  return 'atMost' in bound ? value <= bound.atMost : value < bound.below;
}

/** Why the run is void; undefined when it counts, or when the ceiling's hello was not measured. */
export function voidReason(results: Pick<Results, 'measurements'>): string | undefined {
  const requests = findValues(results, 'hello', 'ceiling', 'requests');
  if (!requests || medianOf(requests) >= ceilingRequestsMin) return undefined;
  const found = Math.round(medianOf(requests)).toLocaleString('en-US');
  return `the ceiling did ${found} hellos a second, and less than ${ceilingRequestsMin.toLocaleString('en-US')} means that the machine was busy`;
}
