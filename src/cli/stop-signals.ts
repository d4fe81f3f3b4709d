// Ctrl-C, SIGTERM and a closed terminal: the first one asks to stop, the second one to stop at once.
import type { SignalSource } from './command.ts';

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type StopSignal = (typeof stopSignals)[number];

export interface StopSignals extends Disposable {
  /** Resolves at the first request to stop. */
  readonly first: Promise<StopSignal>;
  /** Resolves at the second one. */
  readonly second: Promise<StopSignal>;
}

/** Takes the signals over until it is disposed of. */
export function watchStopSignals(source: SignalSource): StopSignals {
  const first = Promise.withResolvers<StopSignal>();
  const second = Promise.withResolvers<StopSignal>();
  const counts = new Map<StopSignal, number>();
  const listeners = stopSignals.map(signal => {
    const listener = (): void => {
      counts.set(signal, (counts.get(signal) ?? 0) + 1);
      // Under the launcher one Ctrl-C arrives twice: as SIGINT from the terminal and as SIGTERM from the launcher.
      // So the requests are those of the most frequent signal, not their sum.
      const requests = Math.max(...counts.values());
      if (requests === 1) first.resolve(signal);
      else second.resolve(signal);
    };
    source.on(signal, listener);
    return { signal, listener };
  });
  return {
    first: first.promise,
    second: second.promise,
    [Symbol.dispose]: () => {
      for (const { signal, listener } of listeners) source.removeListener(signal, listener);
    },
  };
}

const signalNumbers: Readonly<Record<StopSignal, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** The exit code of a process that a signal ended, as shells count. */
export const exitCodeOf = (signal: StopSignal): number => 128 + signalNumbers[signal];
