// V8's code for a program of the package (bin/load.cjs): what was compiled until now, the functions that were run included.

/** Has it kept for later runs, unless it came from an earlier one. Takes some 10 ms. Of sources that run as they are nothing is kept. */
export function keepCode(): void {
  const loader = globalThis as { readonly [key: symbol]: (() => void) | undefined };
  loader[Symbol.for('tspin.keepCode')]?.();
}
