// wasi:random 0.2: random, insecure and insecure-seed, as WIT values.
import { func, witInterface } from '../../wit/interface.ts';
import { bytes, tuple, u64 } from '../../wit/types.ts';

const version = '0.2.12';
const length = ['len', u64] as const;

export const randomRandom = witInterface('wasi:random/random', version, {
  functions: { 'get-random-bytes': func([length], bytes), 'get-random-u64': func([], u64) },
});

export const randomInsecure = witInterface('wasi:random/insecure', version, {
  functions: { 'get-insecure-random-bytes': func([length], bytes), 'get-insecure-random-u64': func([], u64) },
});

export const randomInsecureSeed = witInterface('wasi:random/insecure-seed', version, {
  functions: { 'insecure-seed': func([], tuple(u64, u64)) },
});
