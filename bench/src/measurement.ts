// What a run yields: a flat list of numbers, each with what it was measured on. Reports and targets only read it.

export interface Measurement {
  /** The workload or section: `kv-get`. */
  readonly section: string;
  /** Contender, and guest where it runs one: `tspin/rust`. */
  readonly subject: string;
  /** `requests`, `p50`, `peak memory`. */
  readonly metric: string;
  /** `/s`, `us`, `MB`. */
  readonly unit: string;
  /** One number a round. */
  readonly values: readonly number[];
}

/** Something that was to be measured and was not. */
export interface Missing {
  readonly section: string;
  readonly subject: string;
  readonly reason: string;
}

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly system: string;
  readonly fileSystem: string;
  /** One write of 4 KB and its fdatasync, in microseconds. */
  readonly fsyncUs: { readonly p50: number; readonly p99: number };
}

export interface Results {
  /** When the run began, ISO 8601. */
  readonly date: string;
  readonly command: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly machine: Machine;
  /** Name of a program and its version, in the order in which they are shown. */
  readonly versions: Readonly<Record<string, string>>;
  readonly measurements: readonly Measurement[];
  readonly missing: readonly Missing[];
}

/** Reads results by section, subject and metric. */
export function findValues(
  results: Pick<Results, 'measurements'>,
  section: string,
  subject: string,
  metric: string,
): readonly number[] | undefined {
  return results.measurements.find(
    one => one.section === section && one.subject === subject && one.metric === metric && one.values.length > 0,
  )?.values;
}
