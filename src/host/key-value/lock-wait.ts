// How a connection that writes waits for another program's lock: in short pieces, so that its thread can be ended.
import { failureOf, isLock } from './sqlite-failure.ts';

/**
 * SQLite's own wait. A thread inside it cannot be ended, between two of them it can: a second Ctrl-C must not last as long
 * as a lock.
 */
export const lockPieceMs = 100;

/** Tries again until it works or `timeoutMs` is over; `attempt` itself waits a piece. Throws its last error. */
export function retryWhileLocked<T>(timeoutMs: number, attempt: () => T): T {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!isLock(failureOf(error)) || performance.now() >= deadline) throw error;
    }
  }
}
