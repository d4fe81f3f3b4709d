// The host interface wasi:clocks 0.2 and 0.3: the host's clocks, and timers that guests poll or wait for.
import { provide, type Clock, type HostInterface, type Provided } from '../interface.ts';
import { clocksMonotonicClock, clocksWallClock, type Datetime } from './declarations.ts';
import { clocks3, type Clocks3 } from './declarations-3.ts';
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
  provides: [monotonic, wall, ...clocks3.flatMap(provideClocks3)],
  configure: ({ clock }) => ({
    begin: () => ({ clock, timers: new Set() }),
    end: ({ timers }) => {
      for (const timer of timers) timer.dispose();
    },
  }),
});

function provideClocks3({ types, monotonicClock, systemClock }: Clocks3): Provided<ClocksState>[] {
  return [
    provide<ClocksState>()(types, {}),
    provide<ClocksState>()(monotonicClock, {
      now: ({ clock }) => clock.monotonicNow(),
      'get-resolution': () => 1n,
      'wait-until': (state, when) => wait(state, when),
      'wait-for': (state, howLong) => wait(state, state.clock.monotonicNow() + howLong),
    }),
    provide<ClocksState>()(systemClock, {
      now: ({ clock }) => datetimeOf(clock.wallNowMs()),
      'get-resolution': () => 1000n,
    }),
  ];
}

/** Without a promise when the instant is past. */
function wait(state: ClocksState, instant: bigint): void | Promise<void> {
  const timer = subscribe(state, instant);
  if (timer.ready()) timer.dispose();
  else return timer.wait().then(() => timer.dispose());
}

function subscribe({ clock, timers }: ClocksState, instant: bigint): Timer {
  const timer = new Timer(clock, instant, disposed => timers.delete(disposed));
  timers.add(timer);
  return timer;
}

/** From milliseconds since 1970, with fraction. A clock set before 1970 reads as 1970: WIT's seconds have no sign. */
function datetimeOf(wallMs: number): Datetime {
  const microseconds = BigInt(Math.max(0, Math.round(wallMs * 1000)));
  return { seconds: microseconds / 1_000_000n, nanoseconds: Number(microseconds % 1_000_000n) * 1000 };
}
