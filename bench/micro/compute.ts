// How much of its speed code keeps that only computes when it is instrumented: node bench/micro/compute.ts
import { readFileSync } from 'node:fs';
import { fastInstance, plainInstance } from './instances.ts';
import { ratio } from './ratios.ts';

const bytes = new Uint8Array(readFileSync(new URL('compute/compute.wasm', import.meta.url)));
const rounds = Math.max(21, Number(process.env['BENCH_ROUNDS'] ?? 0));

/** Functions of compute/src/lib.rs and an argument with which they take some milliseconds. */
const functions: readonly (readonly [name: string, argument: number, what: string])[] = [
  // Over 1 MB, but for SHA-256, which is over 10 MB.
  ['store_words', 20, 'store loop'],
  ['store_bytes', 5, 'store loop, bytes'],
  ['sieve', 1, 'sieve'],
  ['sha256', 10, 'sha-256'],
  ['sum_bytes', 5, 'load loop'],
  ['calls', 30, 'recursive calls'],
];

const plain = plainInstance(bytes);
const fast = fastInstance(bytes).functions;
for (const [name, argument, what] of functions) {
  const [one, other] = [plain(name), fast(name)];
  const { ratios } = ratio(
    () => one(argument),
    () => other(argument),
    { rounds, warmUps: 10 },
  );
  console.log(JSON.stringify({ name: `compute ratio, ${what}`, unit: 'x', values: ratios }));
}
