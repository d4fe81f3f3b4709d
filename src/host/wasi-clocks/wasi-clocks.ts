// The host interface wasi:clocks 0.2: the host's clocks, and timers that guests poll.
import { provide, type Clock, type HostInterface } from '../interface.ts';
import type { Pollable } from '../io/pollable.ts';
import { clocksMonotonicClock, clocksWallClock, type Datetime } from './declarations.ts';
import { Timer } from './timer.ts';

/** The clocks of one invocation, and the timers that it has not dropped yet. */
export interface ClocksState {
  readonly clock: Clock;
  readonly timers: Set<Timer>;
}

const monotonic = provide<ClocksState>()(clocksMonotonicClock, {
  now: ({ clock }) => clock.monotonicNow(),
  resolution: () => 1n,
  'subscribe-instant': (state, when) => subscribe(state, when),
  'subscribe-duration': (state, when) => subscribe(state, state.clock.monotonicNow() + when),
});

const wall = provide<ClocksState>()(clocksWallClock, {
  now: ({ clock }) => datetimeOf(clock.wallNowMs()),
  // performance.timeOrigin + performance.now() has microseconds.
  resolution: () => ({ seconds: 0n, nanoseconds: 1000 }),
});

export const wasiClocks = (): HostInterface<ClocksState> => ({
  name: 'wasi-clocks',
  differing: 'the time',
  provides: [monotonic, wall],
  configure: ({ clock }) => ({
    begin: () => ({ clock, timers: new Set() }),
    end: ({ timers }) => {
      for (const timer of timers) timer.dispose();
    },
  }),
});

function subscribe({ clock, timers }: ClocksState, instant: bigint): Pollable {
  const timer = new Timer(clock, instant, disposed => timers.delete(disposed));
  timers.add(timer);
  return timer;
}

/** From milliseconds since 1970, with fraction. A clock set before 1970 reads as 1970: WIT's seconds have no sign. */
function datetimeOf(wallMs: number): Datetime {
  const microseconds = BigInt(Math.max(0, Math.round(wallMs * 1000)));
  return { seconds: microseconds / 1_000_000n, nanoseconds: Number(microseconds % 1_000_000n) * 1000 };
}
