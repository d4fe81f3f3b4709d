// Tells the user of invocations that did not end well: traps, refusals, and what was noticed on the way.
import type { Events } from './events.ts';
import { describeTrap } from './guest-trap.ts';
import { Refusals } from './refusals.ts';

/** `warn` gets a text of one or more lines each. Returns the function that stops it, after what is still to be told. */
export function tellFailures(events: Events, warn: (message: string) => void): () => void {
  const refusals = new Refusals(warn);
  const stop = events.listen(({ component, cause, outcome, warnings = [] }) => {
    for (const warning of warnings) warn(`component "${component}" on ${cause}: ${warning}`);
    if ('trap' in outcome) warn(describeTrap(component, cause, outcome.trap, outcome.evidence));
    if (outcome.kind === 'refused') refusals.add(component, cause, outcome.reason);
  }, 'failures');
  return () => {
    stop();
    refusals.close();
  };
}
