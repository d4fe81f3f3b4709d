// Runs each program of micro/ and takes in what it prints: bench/README.md has the format.
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

import { type Bench, loadCore } from '../bench.ts';
import { firstLines } from './load.ts';

const section = 'micro';
const folder = join(import.meta.dirname, '..', '..', 'micro');
const microMsMax = 180_000;

export interface MicroResult {
  readonly name: string;
  readonly unit: string;
  readonly values: readonly number[];
}

/** Throws at a line that is not as the README says: a misspelt result must not get lost. */
export function parseMicroOutput(output: string): readonly MicroResult[] {
  return output
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => {
      const { name, unit, values } = JSON.parse(line) as Partial<MicroResult>;
      if (typeof name === 'string' && typeof unit === 'string' && Array.isArray(values) && values.length > 0) {
        if (values.every(value => Number.isFinite(value))) return { name, unit, values };
      }
      throw new Error(`not a result of a micro-benchmark: ${line}`);
    });
}

export async function measureMicro(bench: Bench): Promise<void> {
  const { recorder } = bench;
  const files = globSync('*.ts', { cwd: folder }).toSorted();
  if (files.length === 0) recorder.miss(section, 'micro-benchmarks', 'bench/micro has none');
  for (const file of files) {
    recorder.talk(`${section}: ${basename(file, '.ts')}`);
    try {
      const { stdout, stderr } = await promisify(execFile)(
        'taskset',
        ['-c', String(loadCore), process.execPath, join(folder, file)],
        { timeout: microMsMax, env: { ...process.env, BENCH_ROUNDS: String(bench.options.rounds) } },
      );
      if (stderr !== '') recorder.talk(stderr.trimEnd());
      for (const { name, unit, values } of parseMicroOutput(stdout)) {
        for (const value of values) recorder.add({ section, subject: name, metric: 'value', unit }, value);
        recorder.print(section, name);
      }
    } catch (error) {
      recorder.miss(section, basename(file, '.ts'), firstLines(error));
    }
  }
}
