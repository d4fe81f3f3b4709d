// Ratios of two ways to do the same, measured in turns so that what disturbs the machine disturbs both.

export interface Ratio {
  /** How many times as fast the second is as the first: the median of the rounds, with the lowest and the highest. */
  readonly median: number;
  /** All of them, in ascending order. */
  readonly ratios: readonly number[];
  readonly lowest: number;
  readonly highest: number;
  /** Medians of what one call takes, in milliseconds. */
  readonly firstMs: number;
  readonly secondMs: number;
}

export interface RatioOptions {
  readonly rounds: number;
  /** Calls before the first round: V8 compiles well what ran often. */
  readonly warmUps: number;
}

export function ratio(first: () => unknown, second: () => unknown, { rounds, warmUps }: RatioOptions): Ratio {
  for (let round = 0; round < warmUps; round += 1) {
    first();
    second();
  }
  const times = Array.from({ length: rounds }, (_, round) => {
    // Whoever comes second may find the caches warm: they take turns.
    const [early, late] = round % 2 === 0 ? [first, second] : [second, first];
    const [earlyMs, lateMs] = [time(early), time(late)];
    return round % 2 === 0 ? { firstMs: earlyMs, secondMs: lateMs } : { firstMs: lateMs, secondMs: earlyMs };
  });
  const ratios = times.map(({ firstMs, secondMs }) => firstMs / secondMs).toSorted((one, other) => one - other);
  return {
    median: median(ratios),
    ratios,
    lowest: ratios[0] ?? NaN,
    highest: ratios.at(-1) ?? NaN,
    firstMs: median(times.map(({ firstMs }) => firstMs)),
    secondMs: median(times.map(({ secondMs }) => secondMs)),
  };
}

export function time(act: () => unknown): number {
  const began = performance.now();
  act();
  return performance.now() - began;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
