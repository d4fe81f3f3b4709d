// The host interface wasi:random 0.2. The insecure functions are served from the secure source: nothing is gained by less.
import { randomFillSync } from 'node:crypto';

import { provide, type HostInterface, type Invocation } from '../interface.ts';
import { randomInsecure, randomInsecureSeed, randomRandom } from './declarations.ts';

/**
 * The most random bytes that one call gives; a guest that asks for more traps. wasmtime, and so Spin, has the same limit.
 * It bounds what a guest can make the host allocate, and how long one call keeps its thread busy (about 0.1 s).
 */
export const randomBytesMax: number = 64 * 1024 * 1024;

export const wasiRandom = (): HostInterface<Invocation> => ({
  name: 'wasi-random',
  provides: [
    provide<Invocation>()(randomRandom, { 'get-random-bytes': randomBytes, 'get-random-u64': randomU64 }),
    provide<Invocation>()(randomInsecure, {
      'get-insecure-random-bytes': randomBytes,
      'get-insecure-random-u64': randomU64,
    }),
    provide<Invocation>()(randomInsecureSeed, { 'insecure-seed': () => [randomU64(), randomU64()] }),
  ],
  configure: () => ({ begin: invocation => invocation }),
});

function randomBytes(invocation: Invocation, length: bigint): Uint8Array {
  if (length > BigInt(randomBytesMax)) {
    invocation.trap(`asked for ${length} random bytes, and one call gives at most ${randomBytesMax}`);
  }
  return randomFillSync(new Uint8Array(Number(length)));
}

function randomU64(): bigint {
  const [value] = randomFillSync(new BigUint64Array(1));
  // A filled array of one element has a first element.
  return value as bigint;
}
