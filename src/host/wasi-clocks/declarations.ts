// wasi:clocks 0.2: monotonic-clock and wall-clock, as WIT values. `timezone` is unstable in every 0.2 and Spin does not link it.
import { func, witInterface } from '../../wit/interface.ts';
import { alias, own, record, u32, u64, type WitType } from '../../wit/types.ts';
import { pollableResource } from '../io/pollable.ts';

const version = '0.2.12';

/** Nanoseconds of the monotonic clock. */
const instant = alias('instant', u64);
/** Nanoseconds. */
export const duration: WitType<bigint> = alias('duration', u64);

export const clocksMonotonicClock = witInterface('wasi:clocks/monotonic-clock', version, {
  types: [instant, duration],
  functions: {
    now: func([], instant),
    resolution: func([], duration),
    'subscribe-instant': func([['when', instant]], own(pollableResource)),
    'subscribe-duration': func([['when', duration]], own(pollableResource)),
  },
});

/** Seconds and nanoseconds since 1970. */
export interface Datetime {
  readonly seconds: bigint;
  readonly nanoseconds: number;
}

export const datetime: WitType<Datetime> = record('datetime', { seconds: u64, nanoseconds: u32 });

export const clocksWallClock = witInterface('wasi:clocks/wall-clock', version, {
  types: [datetime],
  functions: { now: func([], datetime), resolution: func([], datetime) },
});
