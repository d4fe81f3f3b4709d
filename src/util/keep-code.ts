// V8's code for a program of the package (bin/load.cjs): what was compiled until now, the functions that were run included.

/**
 * When a server has it kept, after its first answer: V8 throws the code away of functions that were not run for long, and those of the
 * start are the first. What a server had at its end after minutes of work helped the next start little.
 */
export const keepCodeMs = 1_000;

/** Has it kept for later runs, unless it came from an earlier one. Takes some 10 ms. Of sources that run as they are nothing is kept. */
export function keepCode(): void {
  const loader = globalThis as { readonly [key: symbol]: (() => void) | undefined };
  loader[Symbol.for('tspin.keepCode')]?.();
}
