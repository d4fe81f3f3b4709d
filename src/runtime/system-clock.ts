// The machine's clock.
import type { Clock } from '../host/interface.ts';

export const systemClock: Clock = {
  monotonicNow: () => process.hrtime.bigint(),
  wallNowMs: () => performance.timeOrigin + performance.now(),
};
