// Collects what is measured, and prints it as it comes: results to stdout, talk to stderr.
import type { Measurement, Missing } from './measurement.ts';
import { formatSpread } from './report/format.ts';
import { spreadOf } from './statistics.ts';

export interface Sample {
  readonly section: string;
  readonly subject: string;
  readonly metric: string;
  readonly unit: string;
}

export class Recorder {
  readonly #values = new Map<string, { readonly sample: Sample; readonly values: number[] }>();
  readonly #missing: Missing[] = [];

  /** Adds one round's number. */
  add(sample: Sample, value: number): void {
    const key = [sample.section, sample.subject, sample.metric].join('\n');
    const entry = this.#values.get(key);
    if (entry) entry.values.push(value);
    else this.#values.set(key, { sample, values: [value] });
  }

  /** Told once, however often it is found missing. */
  miss(section: string, subject: string, reason: string): void {
    const known = this.#missing.some(one => one.section === section && one.subject === subject && one.reason === reason);
    if (known) return;
    this.#missing.push({ section, subject, reason });
    this.talk(`${section} ${subject}: not measured: ${reason}`);
  }

  talk(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  /** The lines of what was measured of one subject in a section. */
  print(section: string, subject: string): void {
    for (const { sample, values } of this.#values.values()) {
      if (sample.section !== section || sample.subject !== subject) continue;
      const cells = [
        section.padEnd(12),
        subject.padEnd(22),
        sample.metric.padEnd(24),
        formatSpread(spreadOf(values), sample.unit),
      ];
      process.stdout.write(`${cells.join(' ')}\n`);
    }
  }

  get measurements(): readonly Measurement[] {
    return [...this.#values.values()].map(({ sample, values }) => ({ ...sample, values }));
  }

  get missing(): readonly Missing[] {
    return this.#missing;
  }
}
