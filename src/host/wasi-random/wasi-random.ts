// The host interface wasi:random 0.2 and 0.3. The insecure functions are served from the secure source: nothing is gained by less.
import { randomFillSync } from 'node:crypto';

import { provide, type HostInterface, type Invocation, type Provided } from '../interface.ts';
import { versions3 } from '../versions-3.ts';
import { randomInsecure, randomInsecureSeed, randomRandom } from './declarations.ts';
import { declareRandom3 } from './declarations-3.ts';
import { RandomPool } from './random-pool.ts';

/**
 * The most random bytes that one call gives; a guest that asks for more traps. wasmtime, and so Spin, has the same limit.
 * It bounds what a guest can make the host allocate, and how long one call keeps its thread busy (about 0.1 s).
 */
export const randomBytesMax: number = 64 * 1024 * 1024;

export interface RandomState {
  readonly invocation: Invocation;
  readonly pool: RandomPool;
}

const provided = provide<RandomState>();

export const wasiRandom = (): HostInterface<RandomState> => ({
  name: 'wasi-random',
  differing: 'random numbers',
  provides: [
    provided(randomRandom, { 'get-random-bytes': randomBytes, 'get-random-u64': ({ pool }) => pool.u64() }),
    provided(randomInsecure, {
      'get-insecure-random-bytes': randomBytes,
      'get-insecure-random-u64': ({ pool }) => pool.u64(),
    }),
    provided(randomInsecureSeed, { 'insecure-seed': seed }),
    ...versions3.flatMap(provideRandom3),
  ],
  configure: () => {
    const pool = new RandomPool();
    return { begin: invocation => ({ invocation, pool }) };
  },
});

function provideRandom3(version: string): Provided<RandomState>[] {
  const { random, insecure, insecureSeed } = declareRandom3(version);
  return [
    provided(random, { 'get-random-bytes': randomBytes, 'get-random-u64': ({ pool }) => pool.u64() }),
    provided(insecure, { 'get-insecure-random-bytes': randomBytes, 'get-insecure-random-u64': ({ pool }) => pool.u64() }),
    provided(insecureSeed, { 'get-insecure-seed': seed }),
  ];
}

const seed = ({ pool }: RandomState): [bigint, bigint] => [pool.u64(), pool.u64()];

function randomBytes({ invocation }: RandomState, length: bigint): Uint8Array {
  if (length > BigInt(randomBytesMax)) {
    invocation.trap(`asked for ${length} random bytes, and one call gives at most ${randomBytesMax}`);
  }
  return randomFillSync(new Uint8Array(Number(length)));
}
