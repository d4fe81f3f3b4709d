// The table of one workload: a row for each contender, the fastest first after the ceiling.
import { findValues, type Results } from '../measurement.ts';
import { medianOf, ratios, spreadOf } from '../statistics.ts';
import { formatNumber, formatSpread, markdownTable } from './format.ts';
import { subjectTitle } from './subject-title.ts';

/** Undefined when nothing was measured under it. */
export function loadTable(results: Results, section: string): string | undefined {
  const found = results.measurements.filter(one => one.section === section && one.metric === 'requests' && one.values.length > 0);
  if (found.length === 0) return undefined;
  const ceiling = findValues(results, section, 'ceiling', 'requests');
  const sorted = found.toSorted((a, b) => rank(b.subject, b.values) - rank(a.subject, a.values));
  const rows = sorted.map(({ subject, values }) => {
    const metric = (name: string): readonly number[] | undefined => findValues(results, section, subject, name);
    const microseconds = (name: string): string => {
      const times = metric(name);
      return times ? formatSpread(spreadOf(times.map(time => time / 1000))) : '';
    };
    const peak = metric('peak memory');
    return [
      subjectTitle(subject),
      formatSpread(spreadOf(values)),
      ceiling ? formatNumber(medianOf(ratios(values, ceiling))) : '',
      microseconds('p50'),
      microseconds('p99'),
      peak ? formatNumber(Math.max(...peak)) : '',
    ];
  });
  return markdownTable(['contender', 'requests/s', 'of the ceiling', 'p50 ms', 'p99 ms', 'peak MB'], rows);
}

const rank = (subject: string, values: readonly number[]): number =>
  subject === 'ceiling' ? Number.POSITIVE_INFINITY : medianOf(values);
