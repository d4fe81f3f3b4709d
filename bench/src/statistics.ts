// Numbers of several rounds: their middle, and how far they lie apart.

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Throws when there are no values: a median of nothing would be a made-up number. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const min = sorted[0];
  const max = sorted.at(-1);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (min === undefined || max === undefined || upper === undefined || lower === undefined) {
    throw new Error('there is no median of no values');
  }
  return { median: (lower + upper) / 2, min, max };
}

export const medianOf = (values: readonly number[]): number => spreadOf(values).median;

/** `values` by those of the same rounds of `base`, so that what disturbed a round disturbs both sides of its ratio. */
export function ratios(values: readonly number[], base: readonly number[]): readonly number[] {
  if (values.length !== base.length) return [medianOf(values) / medianOf(base)];
  return values.map((value, round) => value / base[round]!);
}
