// wasi:clocks 0.3, as WIT values. `timezone` is unstable there too and Spin does not link it.
import { asyncFunc, func, witInterface } from '../../wit/interface.ts';
import { alias, record, s64, u32, u64 } from '../../wit/types.ts';
import { versions3 } from '../versions-3.ts';

export function declareClocks3(version: string) {
  const duration = alias('duration', u64);
  const mark = alias('mark', u64);
  const instant = record('instant', { seconds: s64, nanoseconds: u32 });
  return {
    version,
    duration,
    instant,
    types: witInterface('wasi:clocks/types', version, { types: [duration], functions: {} }),
    monotonicClock: witInterface('wasi:clocks/monotonic-clock', version, {
      types: [mark],
      functions: {
        now: func([], mark),
        'get-resolution': func([], duration),
        'wait-until': asyncFunc([['when', mark]]),
        'wait-for': asyncFunc([['how-long', duration]]),
      },
    }),
    systemClock: witInterface('wasi:clocks/system-clock', version, {
      types: [instant],
      functions: { now: func([], instant), 'get-resolution': func([], duration) },
    }),
  };
}

export type Clocks3 = ReturnType<typeof declareClocks3>;

/** Those of each version, for other interfaces that use their types. */
export const clocks3: readonly Clocks3[] = versions3.map(declareClocks3);
