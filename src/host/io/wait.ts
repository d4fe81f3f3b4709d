// Waiting for pollables, without blocking a thread: the guest is suspended (JSPI) until one is ready.
import type { Pollable } from './pollable.ts';

/** Resolves when the pollable is ready; at once when it is. Not a promise then, so that nothing is scheduled. */
export function untilReady(pollable: Pollable): void | Promise<void> {
  if (pollable.ready()) return undefined;
  return waitUntilReady(pollable);
}

async function waitUntilReady(pollable: Pollable): Promise<void> {
  while (!pollable.ready()) await pollable.wait();
}

/** The indices of those that are ready, waiting until there is at least one. */
export function pollAll(pollables: readonly Pollable[]): number[] | Promise<number[]> {
  const ready = readyIndices(pollables);
  return ready.length > 0 ? ready : waitForAny(pollables);
}

async function waitForAny(pollables: readonly Pollable[]): Promise<number[]> {
  let ready: number[] = [];
  while (ready.length === 0) {
    await Promise.race(pollables.map(pollable => pollable.wait()));
    ready = readyIndices(pollables);
  }
  return ready;
}

const readyIndices = (pollables: readonly Pollable[]): number[] =>
  pollables.flatMap((pollable, index) => (pollable.ready() ? [index] : []));
