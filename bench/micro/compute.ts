// How much of its speed code keeps that only computes when it is instrumented: node bench/micro/compute.ts [ROUNDS]
import { readFileSync } from 'node:fs';
import { fastInstance, plainInstance } from './instances.ts';
import { ratio } from './ratios.ts';

const bytes = new Uint8Array(readFileSync(new URL('compute/compute.wasm', import.meta.url)));
const rounds = Number(process.argv[2] ?? 21);

/** Functions of compute/src/lib.rs and an argument with which they take some milliseconds. */
const functions: readonly (readonly [name: string, argument: number, what: string])[] = [
  ['store_words', 20, 'a loop of stores over 1 MB, a word each'],
  ['store_bytes', 5, 'a loop of stores over 1 MB, a byte each'],
  ['sieve', 1, 'a sieve over 1 MB'],
  ['sha256', 10, 'SHA-256 over 10 MB'],
  ['sum_bytes', 5, 'a loop of loads over 1 MB'],
  ['calls', 30, 'recursive calls'],
];

const plain = plainInstance(bytes);
const fast = fastInstance(bytes).functions;
for (const [name, argument, what] of functions) {
  const [one, other] = [plain(name), fast(name)];
  const { median, lowest, highest, firstMs, secondMs } = ratio(
    () => one(argument),
    () => other(argument),
    { rounds, warmUps: 10 },
  );
  const spread = `${lowest.toFixed(2)} to ${highest.toFixed(2)}`;
  console.log(
    `${what}: ${median.toFixed(2)} (${spread}) of its speed; ${firstMs.toFixed(2)} ms, instrumented ${secondMs.toFixed(2)} ms`,
  );
}
