// wasi:random 0.3, as WIT values.
import { func, witInterface } from '../../wit/interface.ts';
import { bytes, tuple, u64 } from '../../wit/types.ts';

const length = ['max-len', u64] as const;

export const declareRandom3 = (version: string) => ({
  random: witInterface('wasi:random/random', version, {
    functions: { 'get-random-bytes': func([length], bytes), 'get-random-u64': func([], u64) },
  }),
  insecure: witInterface('wasi:random/insecure', version, {
    functions: { 'get-insecure-random-bytes': func([length], bytes), 'get-insecure-random-u64': func([], u64) },
  }),
  insecureSeed: witInterface('wasi:random/insecure-seed', version, {
    functions: { 'get-insecure-seed': func([], tuple(u64, u64)) },
  }),
});
